/** @type {Texts} */
export default {
  zh: {
    title: '消息', settings: '消息设置', readAll: '全部标为已读', unread: '未读', none: '还没有消息。用了您的钱、出示了您的码，都会在这里告诉您，大约半分钟后。',
    bill: '看账单', freeze: '马上冻结', not_me: '不是我同意的', grant: '看授权', family: '看亲情账户', wallet: '看钱包', prescription: '看处方', premium: '看办理进度', balance: '看账户余额', logins: '看登录的设备',
    frozen: '已冻结', freezeSure: '冻结后，这位亲属不能再用您的个人账户，随时可以解冻。现在冻结吗？',
    stopSure: '现在就停止：之后他（她）不能再出示您的医保码。', stopped: '已停止', stop: '停止',
    ring: '已经停止。如果您不认识这个人，或者钱被别人用了，请拨打医保服务热线 12393。', call: '拨打',
  },
  en: {
    title: 'Notices', settings: 'Settings of notices', readAll: 'Mark all as read', unread: 'Unread', none: 'Nothing yet. Whenever your money is used or your code is shown, you are told here, about half a minute later.',
    bill: 'See the bill', freeze: 'Freeze now', not_me: 'I did not agree', grant: 'See the grant', family: 'See family', wallet: 'See the wallet', prescription: 'See the prescription', premium: 'See how far it is', balance: 'See the account', logins: 'See log-ins',
    frozen: 'Frozen', freezeSure: 'Once frozen, this relative cannot use your account; you can unfreeze it at any time. Freeze it now?',
    stopSure: 'This stops it now: your code cannot be shown by that person any more.', stopped: 'Stopped', stop: 'Stop it',
    ring: 'It is stopped. If you do not know that person, or somebody used your money, call the insurance hotline 12393.', call: 'Call',
  },
}
