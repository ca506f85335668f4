/** @type {Texts} */
export default {
  zh: {
    title: '实名认证',
    lead: '认证后才能出示医保码、使用家庭共济。每个微信只能认证本人。',
    name: '姓名', namePlace: '与身份证一致',
    certno: '身份证号码', certnoPlace: '18 位号码',
    method: '核验方式', face: '人脸核验', faceHint: '由核验机构拍摄，我们不保存人脸',
    card: '社保卡和密码', cardHint: '不便刷脸时使用',
    cardNo: '社保卡卡号', cardNoWrong: '请填写社保卡卡号', password: '社保卡密码', passwordWrong: '请填写密码',
    submit: '开始认证', sending: '正在核验…', faceCancelled: '没有完成人脸核验',
    done: '认证成功', verified: '已完成实名认证', person: '参保人', plan: '参保类型', place: '参保地',
    codes: '去出示医保码', counter: '两种方式都不方便？可带身份证到医保窗口办理。',
    plan310: '职工医保', plan390: '居民医保',
  },
  en: {
    title: 'Real-name check',
    lead: 'Needed before a code can be shown or mutual aid used. A WeChat user is one person.',
    name: 'Name', namePlace: 'As on the ID card',
    certno: 'ID card number', certnoPlace: '18 characters',
    method: 'How to check', face: 'Face', faceHint: 'Taken by the checking agency; we keep no face',
    card: 'Social-security card and password', cardHint: 'When a face check is inconvenient',
    cardNo: 'Card number', cardNoWrong: 'Please enter the card number', password: 'Card password', passwordWrong: 'Please enter the password',
    submit: 'Start the check', sending: 'Checking…', faceCancelled: 'The face check was not finished',
    done: 'Verified', verified: 'You are verified', person: 'Insured person', plan: 'Plan', place: 'Place',
    codes: 'Show my code', counter: 'Neither way suits you? Take your ID card to the insurance counter.',
    plan310: 'Employee plan', plan390: 'Resident plan',
  },
}
