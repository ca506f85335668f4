/** @type {Texts} */
export default {
  zh: {
    title: '付款记录', aidTab: '共济记录', accountTab: '账户明细',
    none: '还没有共济付款', noneText: '亲属用共济付款后，会记在这里，双方看到的数字一样。',
    noMoves: '这段时间账户没有变动',
    paidFor: '替{name}付', paidBy: '{name}替我付', backTo: '退回给我（{name}的账单）', backFrom: '退回给{name}',
    back: '退回 ', given_back: '这笔已退回', returned: '已退回账户', at_counter: '退款待领：到参保地医保经办机构办理',
    export: '导出表格', exported: '共济记录', moves: '账户明细', exportedAs: '表格已准备好',
    from: '从', to: '到', opening: '期初余额', closing: '期末余额',
    partBack: '部分退药', partUndone: '部分退药已撤回', unfold: '点开看这笔怎么算的', fold: '收起',
    openingMove: '期初转入', settlement: '付款', cancel: '退款', reversal: '退款', restored: '付款', move: '账户转移', hold: '冻结', posted: '冻结转付', voided: '冻结撤销', expired: '冻结到期退回', wallet_in: '钱包转入', credit: '个人账户划入', interest: '计息', year_close: '年度结转', pay_out: '结清支取', recovery: '多划追回', merged: '重复参保合并', allotted: '划拨共济', other: '其他',
    current: '当年账户', carried: '往年结余', wallet: '医保钱包', held: '冻结中', family: '家庭共济账户', mutualAid: '共济', forWhom: '替{name}', after: '余额 {sum}', all: '已经到底了', month: '{year}年{month}月',
  },
  en: {
    title: 'Records', aidTab: 'Mutual aid', accountTab: 'My accounts',
    none: 'No payments yet', noneText: 'What mutual aid pays is kept here, with the same figures for both sides.',
    noMoves: 'Nothing moved on the accounts in this time',
    paidFor: 'Paid for my {name}', paidBy: 'Paid for me by my {name}', backTo: 'Back to me (bill of my {name})', backFrom: 'Back to my {name}',
    back: 'back ', given_back: 'given back', returned: 'back on the account', at_counter: 'waits for the donor at the insurance office',
    export: 'Export a table', exported: 'mutual-aid', moves: 'accounts', exportedAs: 'The table is ready',
    from: 'From', to: 'To', opening: 'At the beginning', closing: 'At the end',
    partBack: 'Some goods came back', partUndone: 'The return was taken back', unfold: 'Tap to see how', fold: 'Fold',
    openingMove: 'brought in', settlement: 'paid', cancel: 'refund', reversal: 'refund', restored: 'paid', move: 'account moved', hold: 'set aside', posted: 'paid out of what was held', voided: 'no longer held', expired: 'held too long', wallet_in: 'came by the wallet', credit: 'credited', interest: 'interest', year_close: 'carried over', pay_out: 'paid out', recovery: 'taken back', merged: 'merged', allotted: 'set aside for relatives', other: 'other',
    current: 'Current year', carried: 'Carried over', wallet: 'Wallet', held: 'Held', family: 'Family aid account', mutualAid: 'mutual aid', forWhom: 'for {name}', after: '{sum} left', all: 'That is all', month: '{year}-{month}',
  },
}
