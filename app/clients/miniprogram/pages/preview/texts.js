/** @type {Texts} */
export default {
  zh: {
    title: '先算一算', lead: '看看这张账单谁会付多少。只是算一算，不会扣任何人的钱。',
    who: '给谁买', me: '我自己', where: '在哪里', whereHint: '药店、诊所或医院的名称', change: '更换',
    what: '买什么', find: '从医保目录里找', findHint: '药品或项目的名称', byHand: '目录里没有，自己填', byHandHint: '目录外的商品按全自费算',
    itemName: '商品名称', price: '单价（元）', count: '数量', remove: '删除', addItem: '加入',
    catalogue1: '甲类', catalogue2: '乙类', catalogue3: '丙类（自费）', outside: '目录外（自费）', limit: '医保限价 {sum}',
    prescribed: '凭处方购买', prescribedHint: '这家药店可以用门诊统筹：凭定点医疗机构的处方买的药，统筹基金按参保地规定付一部分。',
    same: '本地', none: '没有找到，换个词试试。', search: '查找',
    useAccount: '使用个人账户和共济', result: '这样付', steps: '这样算出来的', reasons: '为什么没有用共济付更多', submit: '算一算',
    rules: '规则版本', again: '改一改再算', wrongShop: '请先选择机构。', wrongItems: '请至少加入一样商品。',
    wrongPrice: '单价请填写大于 0 的金额，最多两位小数。', wrongCount: '数量请填写大于 0 的数。', wrongName: '请填写商品名称。',
    notPaid: '以上只是估算，以结算时为准。',
  },
  en: {
    title: 'Work it out', lead: 'See who would pay what of a bill. It only works it out: nobody is charged.',
    who: 'For whom', me: 'Myself', where: 'Where', whereHint: 'Name of a pharmacy, clinic or hospital', change: 'Change',
    what: 'What', find: 'Find it in the catalogue', findHint: 'Name of a medicine or service', byHand: 'Not in the catalogue: fill in', byHandHint: 'What is not in the catalogue is self-paid',
    itemName: 'Name', price: 'Price (yuan)', count: 'Count', remove: 'Remove', addItem: 'Add',
    catalogue1: 'class A', catalogue2: 'class B', catalogue3: 'class C (self-paid)', outside: 'not in the catalogue (self-paid)', limit: 'counted up to {sum}',
    prescribed: 'On a prescription', prescribedHint: 'The pool may pay here: of medicines on a designated institution\'s prescription it pays a part, by the rules of the insured place.',
    same: 'near', none: 'Nothing found: try another word.', search: 'Search',
    useAccount: 'Use the account and mutual aid', result: 'Who would pay', steps: 'How it was worked out', reasons: 'Why mutual aid would not pay more', submit: 'Work it out',
    rules: 'Rules', again: 'Change it', wrongShop: 'Choose an institution first.', wrongItems: 'Add at least one item.',
    wrongPrice: 'A price is an amount above 0 with at most two decimals.', wrongCount: 'A count is a number above 0.', wrongName: 'Give the name.',
    notPaid: 'This is an estimate; what counts is the settlement.',
  },
}
