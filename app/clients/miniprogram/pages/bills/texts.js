/** @type {Texts} */
export default {
  zh: {
    title: '我的账单', whose: '谁的账单', search: '找机构或药名', find: '查找', clear: '清除', found: '近一年里找到 {n} 笔',
    bought: '买了', paidBy: '谁替我付了', paidFor: '我替谁付了', caps: '共济上限', iPay: '我替{name}付', paysMe: '{name}替我付', picture: '{month}',
    none: '这个月没有账单', noneText: '在药店、医院结算的每一笔都会记在这里，现金付的也在内。',
    noneFound: '没有找到', noneFoundText: '换个词试试，比如药名里的两个字。',
    paid: '已付', part_returned: '退了一部分', returned: '已全部退回', cash: '其中现金 {sum}',
    more: '等 {n} 样', earlier: '看 {month}', now: '回到本月', export: '导出表格', file: '我的账单{month}',
    cut: '这个月的账单太多，只列出了最近的。', month: '{year}年{month}月',
  },
  en: {
    title: 'My bills', whose: 'Whose bills', search: 'Shop or medicine', find: 'Find', clear: 'Clear', found: '{n} found in the last year',
    bought: 'Bought', paidBy: 'Who paid for me', paidFor: 'Whom I paid for', caps: 'Limits of mutual aid', iPay: 'I pay for {name}', paysMe: '{name} pays for me', picture: '{month}',
    none: 'No bills this month', noneText: 'Every bill of a pharmacy or hospital is kept here, those in cash as well.',
    noneFound: 'Nothing found', noneFoundText: 'Try another word, such as a part of a medicine\'s name.',
    paid: 'Paid', part_returned: 'A part came back', returned: 'All given back', cash: '{sum} of it in cash',
    more: 'and {n} more', earlier: 'See {month}', now: 'Back to this month', export: 'Export a table', file: 'bills {month}',
    cut: 'There are too many bills this month: only the newest are listed.', month: '{year}-{month}',
  },
}
