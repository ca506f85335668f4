/** @type {Texts} */
export default {
  zh: {
    title: '我的', plan310: '职工医保', plan390: '居民医保', inOrder: '参保正常', notInOrder: '参保状态不正常', suspended: '医保使用已暂停',
    accounts: '我的账户', current: '当年账户', carried_over: '往年结余', wallet: '医保钱包', held: '冻结中', family: '家庭共济账户',
    noAccounts: '没有个人账户。', share: '其中可以给亲属用',
    heldUntil: '最迟到 {at}', walletPage: '医保钱包（转给亲属、接收）',
    notices: '消息', unread: '条未读',
    bills: '我的账单', records: '共济记录', statement: '账户明细', diagnosis: '能不能付', preview: '先算一算', premium: '居民医保费（代缴）', prescriptions: '电子处方', medicine: '查药（扫追溯码）', cards: '社保卡（挂失）', logins: '登录的设备', settings: '设置（大字、深色、语言）',
    office: '拨打医保服务热线 12393',
  },
  en: {
    title: 'Me', plan310: 'Employees\' plan', plan390: 'Residents\' plan', inOrder: 'insurance in order', notInOrder: 'insurance not in order', suspended: 'use suspended',
    accounts: 'My accounts', current: 'Current year', carried_over: 'Carried over', wallet: 'Wallet', held: 'Held', family: 'Family aid account',
    noAccounts: 'No personal account.', share: 'Of it, relatives can use',
    heldUntil: 'until {at} at the latest', walletPage: 'Wallet: send to relatives, accept',
    notices: 'Notices', unread: 'unread',
    bills: 'My bills', records: 'Mutual aid records', statement: 'Account statement', diagnosis: 'Would mutual aid pay?', preview: 'Work it out', premium: 'Residents\' premium', prescriptions: 'Prescriptions', medicine: 'Look up a box of medicine', cards: 'Social-security card (lost)', logins: 'Where I am logged in', settings: 'Settings (large letters, dark, language)',
    office: 'Call the insurance hotline 12393',
  },
}
