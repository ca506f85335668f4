/** @type {Texts} */
export default {
  zh: {
    title: '账单详情', patient: '患者', where: '机构', when: '时间', number: '结算号',
    paid: '付款', returned: '退款', who: '谁付了多少', reasons: '为什么有一部分没用共济', steps: '这样算出来的',
    refundReturned: '这笔已于 {at} 退回原来付款的账户。',
    refundCounter: '这笔已于 {at} 退款，其中一部分因账户已注销，须到参保地医保经办机构领取。',
    items: '买了什么', lookUp: '查这盒药', levelA: '甲类', levelB: '乙类', levelC: '丙类', outside: '其中 {sum} 医保不算，自己付',
    seeRefund: '看退款', again: '照这笔再算一算',
    slip: '结算单（PDF）', slipName: '结算单{id}', slipNote: '可以打印、转发，附有核对账目的校验码。',
  },
  en: {
    title: 'Bill', patient: 'Patient', where: 'Where', when: 'When', number: 'Number',
    paid: 'Payment', returned: 'Refund', who: 'Who paid what', reasons: 'Why mutual aid did not pay all', steps: 'How it was worked out',
    refundReturned: 'Given back on {at} to the accounts that paid.',
    refundCounter: 'Given back on {at}; a part found its account closed and waits at the insurance office.',
    items: 'What was bought', lookUp: 'Look up this box', levelA: 'class A', levelB: 'class B', levelC: 'class C', outside: '{sum} of it is outside the insurance',
    seeRefund: 'See the refund', again: 'Work it out again',
    slip: 'Slip (PDF)', slipName: 'slip-{id}', slipNote: 'To print or send on, with the code that proves it.',
  },
}
