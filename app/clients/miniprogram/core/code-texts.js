/** @type {Texts} What a bill says on the pages of codes. */
export default {
  zh: {
    stillCash: '还需付现金 {sum}',
    allPaid: '已付清 {sum}',
    allBack: '已全部退回',
    partBack: '退了一部分，现付 {sum}',
    insured: '医保已付 {sum}',
    cashBack: '柜台应退您现金 {sum}',
  },
  en: {
    stillCash: '{sum} to pay in cash',
    allPaid: 'Paid in full: {sum}',
    allBack: 'All of it was given back',
    partBack: 'A part came back, {sum} stands',
    insured: 'Paid by your insurance: {sum}',
    cashBack: 'Cash you get back at the counter: {sum}',
  },
}
