/** @type {Texts} */
export default {
  zh: {
    title: '登录的设备', lead: '您的亲济登录在这些设备上。有不认识的，请马上结束它。',
    unknown: '未知设备', present: '本机', fresh: '新登录',
    begun: '登录于 {at}', used: '最近使用 {at}', net: '网络 {address}',
    end: '结束', endOthers: '结束其他全部登录', ended: '已结束', endedOthers: '已结束 {count} 个',
    only: '没有在其他设备上登录。', most: '这里列出最近使用的 {shown} 个，共 {count} 个。',
    after: '结束后，那台设备立刻不能再使用，要重新用您的微信登录。如果不是您本人登录的，请同时在微信“设置—账号与安全—登录过的设备”中检查，并修改微信密码。',
  },
  en: {
    title: 'Where I am logged in', lead: 'Qinji is logged in as you on these devices. End at once what you don\'t know.',
    unknown: 'Unknown device', present: 'This device', fresh: 'New',
    begun: 'logged in {at}', used: 'last used {at}', net: 'network {address}',
    end: 'End', endOthers: 'End all the others', ended: 'Ended', endedOthers: '{count} ended',
    only: 'You are logged in nowhere else.', most: 'These are the {shown} used last, of {count}.',
    after: 'An ended device is out at once and has to log in again with your WeChat. If it was not you, look through the devices in WeChat (Settings, Account Security), too, and change your WeChat password.',
  },
}
