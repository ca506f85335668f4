/** @type {Texts} */
export default {
  zh: {
    title: '能不能付', forWhom: '替谁付', me: '我自己看病（亲属替我付）', them: '我替{name}付',
    can: '现在可以用共济付', cannot: '现在共济付不了', canText: '先用患者本人的账户，不够的部分由共济付。',
    wholly: '当地规定：共济人的钱不够全部时，一分都不付。', partly: '当地规定：共济人的钱不够时，可以只付一部分。',
    oneOnly: '一次只由一位共济人付。', several: '一次最多 {count} 位共济人一起付。', anyMany: '可以几位共济人一起付。',
    reasons: '原因', donors: '每一位共济人', ready: '可以付', notReady: '付不了', shareable: '现在可共济 {sum}',
    amount: '买多少钱的药？（元）', amountHint: '按药店里医保目录内的药估算，不算统筹和医保钱包。', ask: '看看能不能付', wrongAmount: '请填写大于 0 的金额，最多两位小数。',
    ofAll: '{sum} 的药', ofMine: '有 {sum} 要您付时', own: '本人账户', aid: '家庭共济', cash: '现金', mine: '您的共济付',
    preview: '先算一算这次谁付多少', again: '重新检查', you: '我',
  },
  en: {
    title: 'Would it pay?', forWhom: 'Who pays for whom', me: 'Relatives for me', them: 'I for my {name}',
    can: 'Mutual aid can pay now', cannot: 'Mutual aid can\'t pay now', canText: 'The patient\'s own account pays first, mutual aid the rest.',
    wholly: 'The rule here: if the donor\'s money is not enough for all of it, nothing is paid.', partly: 'The rule here: a part may be paid when the money is not enough.',
    oneOnly: 'One donor pays a bill.', several: 'Up to {count} donors pay a bill together.', anyMany: 'Several donors may pay together.',
    reasons: 'Reasons', donors: 'Each donor', ready: 'can pay', notReady: 'can\'t pay', shareable: '{sum} can be shared now',
    amount: 'Medicines for how much? (yuan)', amountHint: 'As of medicines in scope at a pharmacy, without pooled fund and wallet.', ask: 'See what it pays', wrongAmount: 'An amount above 0 with at most two decimals.',
    ofAll: 'Medicines for {sum}', ofMine: 'Of {sum} left to you', own: 'Own account', aid: 'Mutual aid', cash: 'Cash', mine: 'Your mutual aid pays',
    preview: 'Work out who would pay what', again: 'Check again', you: 'Me',
  },
}
