/** @type {Texts} */
export default {
  zh: {
    title: '为什么没付成', forWhom: '替谁付', me: '我自己看病（亲属替我付）', them: '我替{name}付',
    can: '现在可以用共济付', cannot: '现在共济付不了', canText: '先用患者本人的账户，不够的部分由共济付。',
    wholly: '当地规定：共济人的钱不够全部时，一分都不付。', partly: '当地规定：共济人的钱不够时，可以只付一部分。',
    oneOnly: '一次只由一位共济人付。', several: '一次最多 {count} 位共济人一起付。', anyMany: '可以几位共济人一起付。',
    reasons: '原因', donors: '每一位共济人', ready: '可以付', notReady: '付不了', shareable: '现在可共济 {sum}',
    preview: '先算一算这次谁付多少', again: '重新检查', you: '我',
  },
  en: {
    title: 'Why it did not pay', forWhom: 'Who pays for whom', me: 'Relatives for me', them: 'I for my {name}',
    can: 'Mutual aid can pay now', cannot: 'Mutual aid can\'t pay now', canText: 'The patient\'s own account pays first, mutual aid the rest.',
    wholly: 'The rule here: if the donor\'s money is not enough for all of it, nothing is paid.', partly: 'The rule here: a part may be paid when the money is not enough.',
    oneOnly: 'One donor pays a bill.', several: 'Up to {count} donors pay a bill together.', anyMany: 'Several donors may pay together.',
    reasons: 'Reasons', donors: 'Each donor', ready: 'can pay', notReady: 'can\'t pay', shareable: '{sum} can be shared now',
    preview: 'Work out who would pay what', again: 'Check again', you: 'Me',
  },
}
