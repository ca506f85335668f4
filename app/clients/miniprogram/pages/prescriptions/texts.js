/** @type {Texts} */
export default {
  zh: {
    title: '电子处方', none: '没有电子处方。医生开了电子处方，会在这里看到。',
    of: '{name}的处方', from: '{clinic} · {department} · {doctor}', at: '开方 {at}', until: '有效至 {at}',
    diagnosis: '诊断：{diagnosis}', much: '{count}{unit}', left: '还可取 {left}{unit}', gone: '已取完',
    show: '出示处方码', hide: '收起', showing: '请药店扫这个码，{at} 前有效，只能用一次。', qr: '处方的二维码',
    hint: '也可以不用处方码：在药店出示医保码，药店就能查到这里的处方。取药结算时还要出示医保码。',
    children: '您签过监护承诺的孩子，处方也在这里。',
  },
  en: {
    title: 'Prescriptions', none: 'No prescriptions. What a doctor prescribes electronically is shown here.',
    of: 'Of {name}', from: '{clinic} · {department} · {doctor}', at: 'issued {at}', until: 'good until {at}',
    diagnosis: 'Diagnosis: {diagnosis}', much: '{count} {unit}', left: '{left} {unit} left', gone: 'all collected',
    show: 'Show its code', hide: 'Put away', showing: 'Let the pharmacy scan this, once, before {at}.', qr: 'QR of the prescription',
    hint: 'Or show your insurance code: the pharmacy finds what is here by it. It is asked for when you pay, too.',
    children: 'Those of children for whom you have signed are here, too.',
  },
}
