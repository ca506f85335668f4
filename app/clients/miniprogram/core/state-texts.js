/** @type {Texts} */
export default {
  zh: {
    works: '可以', notSetUp: '还没开通', over: '已结束', waits: '等待同意', notNow: '暂时不行',
    FROZEN: '已冻结', PAUSED: '暂停中', NOT_YET_EFFECTIVE: '未到日期',
    waitsMe: '等您同意', waitsFor: '等{who}同意', other: '亲属', daysLeft: '{text}，还剩 {days} 天',
  },
  en: {
    works: 'works', notSetUp: 'not set up', over: 'over', waits: 'waiting', notNow: 'not just now',
    FROZEN: 'frozen', PAUSED: 'paused', NOT_YET_EFFECTIVE: 'not begun',
    waitsMe: 'It waits for your yes', waitsFor: '{who} has to agree', other: 'Your relative', daysLeft: '{text}, {days} days left',
  },
}
