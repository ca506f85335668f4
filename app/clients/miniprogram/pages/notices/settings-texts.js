/** @type {Texts} */
export default {
  zh: {
    title: '消息设置', lead: '选择什么事要告诉您。“消息”在亲济里看，“微信”是微信发来的提醒，不写姓名和病情。',
    inbox: '消息', outside: '微信', always: '始终告知',
    wechat: '微信提醒', wechatHint: '微信要先征得您的同意。一次同意只够提醒一次，可以多点几次。',
    askOnce: '同意一次金额提醒', askLasting: '同意变动提醒', left: '还可以提醒 {count} 次', agreed: '已同意，长期有效', notAgreed: '还没有同意', notAsked: '微信没有打开询问，请稍后再试。',
    quiet: '免打扰时段', quietHint: '这段时间微信不提醒，过后再发；消息里照样看得到。', from: '从', until: '到', hour: '{hour}点',
  },
  en: {
    title: 'Settings of notices', lead: 'Choose what you are told of. "Inbox" is read in Qinji; "WeChat" is a reminder from WeChat, without names and health.',
    inbox: 'Inbox', outside: 'WeChat', always: 'always told',
    wechat: 'Reminders by WeChat', wechatHint: 'WeChat asks you first. One yes is good for one reminder; you can say it several times.',
    askOnce: 'Agree to one on money', askLasting: 'Agree to changes', left: '{count} more can come', agreed: 'agreed, for good', notAgreed: 'not agreed yet', notAsked: 'WeChat did not ask. Try again later.',
    quiet: 'Quiet hours', quietHint: 'WeChat says nothing in these hours, but afterwards; the inbox has it all the same.', from: 'From', until: 'Until', hour: '{hour}:00',
  },
}
