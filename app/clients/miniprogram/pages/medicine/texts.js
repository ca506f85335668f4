/** @type {Texts} */
export default {
  zh: {
    title: '查药', lead: '每一盒药上都有一个追溯码，一盒只能卖一次。查一查您手里的这盒卖过没有。',
    code: '药品追溯码', where: '药盒上写着“药品追溯码”的那个码，一般是20位数字；不是商品条形码（13位）。',
    scan: '扫一扫', look: '查一查', notScanned: '没有扫到，请再扫一次，或照着药盒输入。',
    bought: '您买它的时间', bill: '看这笔账单', ring: '拨打医保服务热线 12393',
    privacy: '查询结果只说这盒药卖过没有、是不是卖给您的；卖给了别的谁、在哪里，不会显示。',
  },
  en: {
    title: 'Look up a box', lead: 'Each box of medicine has a trace code of its own and may be sold once. See whether yours was sold before.',
    code: 'Trace code', where: 'It stands beside a QR or long barcode on the box, mostly 20 digits; it is not the product\'s barcode of 13.',
    scan: 'Scan', look: 'Look it up', notScanned: 'Nothing was read: scan again, or type what the box says.',
    bought: 'You bought it', bill: 'See that bill', ring: 'Call the insurance hotline 12393',
    privacy: 'You are told whether a box was sold and whether to you; never to whom else, nor where.',
  },
}
