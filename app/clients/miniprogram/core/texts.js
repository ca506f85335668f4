/** Words that many pages use, and those of the tab bar. @type {Texts} */
export default {
  zh: {
    tabCodes: '亮码', tabFamily: '亲情', tabAid: '共济', tabMe: '我的',
    ok: '确定', cancel: '取消', close: '关闭', retry: '再试一次', back: '返回', save: '保存',
    more: '查看更多', loading: '正在加载…', nothing: '暂无内容', nextStep: '怎么办：', detail: '详情',
    yes: '可以', no: '不可以', me: '本人',
    fund: '统筹基金', own: '个人账户', aid: '家庭共济', wallet: '医保钱包', cash: '现金',
    total: '总金额', paid: '已支付', returned: '已退回',
    offline: '现在连不上网络。', offlineNext: '请检查手机网络，连上后再试。',
    appFault: '页面出了点问题，没有办理任何业务。', appFaultNext: '请再试一次；多次出现请联系客服。',
    consentNeeded: '使用前需要您同意隐私说明。', consentNeededNext: '请先阅读隐私说明，再决定是否同意。',
    loginFailed: '没有登录成功。', loginFailedNext: '请再试一次。',
    requestId: '编号', copied: '已复制', mendIt: '去处理', others: '其他付款', asOf: '截至 {at}',
  },
  en: {
    tabCodes: 'Codes', tabFamily: 'Family', tabAid: 'Aid', tabMe: 'Me',
    ok: 'OK', cancel: 'Cancel', close: 'Close', retry: 'Try again', back: 'Back', save: 'Save',
    more: 'Show more', loading: 'Loading…', nothing: 'Nothing here yet', nextStep: 'What to do: ', detail: 'Details',
    yes: 'Yes', no: 'No', me: 'Myself',
    fund: 'Pooled fund', own: 'Own account', aid: 'Mutual aid', wallet: 'Wallet', cash: 'Cash',
    total: 'Total', paid: 'Paid', returned: 'Returned',
    offline: 'There is no network just now.', offlineNext: 'Check the phone\'s network and try again.',
    appFault: 'Something went wrong on this page; nothing was done.', appFaultNext: 'Try again; if it stays, tell the help desk.',
    consentNeeded: 'Your agreement to the privacy statement is needed first.', consentNeededNext: 'Read the statement, then decide.',
    loginFailed: 'You are not logged in.', loginFailedNext: 'Please try again.',
    requestId: 'Reference', copied: 'Copied', mendIt: 'Fix it', others: 'Paid by others', asOf: 'as of {at}',
  },
}
