/** @type {Texts} */
export default {
  zh: {
    title: '转给亲属', lead: '对方在自己手机的“医保钱包”中接收后到账；次日{hour}点前没有接收会自动退回。',
    to: '转给', other: '其他近亲属', relation: '亲属是我的', choose: '请选择',
    name: '亲属姓名', nameHint: '与身份证一致', certno: '身份证号码', certnoHint: '18 位',
    strangers: '为保护隐私，这里不显示对方是否已开通；如果到期退回，请向亲属核实姓名、证件号码和是否已开通。',
    source: '从哪里转', personal: '个人账户', wallet: '医保钱包', left: '可转 {sum}',
    amount: '金额（元）', amountHint: '每笔最多 {sum}', submit: '确认转账',
    sure: '把{sum}转给{who}。对方接收前不能再转下一笔。确定吗？',
    done: '已发出，等对方接收',
    wrongTo: '请选择转给谁。', wrongRelation: '请选择亲属关系。',
    wrongAmount: '请填写大于 0 的金额，最多两位小数。', wrongSource: '请选择从哪里转。',
  },
  en: {
    title: 'Send to a relative', lead: 'It is theirs once they accept it under Wallet on their own phone; if not by {hour}:00 tomorrow, it comes back.',
    to: 'To', other: 'Another near relative', relation: 'The relative is my', choose: 'Choose',
    name: 'Relative\'s name', nameHint: 'As on the ID card', certno: 'ID number', certnoHint: '18 characters',
    strangers: 'For privacy it is not shown whether they have a wallet; if it comes back, check name, number and wallet with your relative.',
    source: 'Out of', personal: 'Personal account', wallet: 'Wallet', left: '{sum} can be sent',
    amount: 'Sum (yuan)', amountHint: 'at most {sum} at once', submit: 'Send it',
    sure: '{sum} for {who}. Until they accept it you can send nothing more. Send it?',
    done: 'Sent; it waits to be accepted',
    wrongTo: 'Choose whom it is for.', wrongRelation: 'Choose who the relative is.',
    wrongAmount: 'Write a sum above 0 with two places at most.', wrongSource: 'Choose where it comes from.',
  },
}
