/** What is wrong with a name or number. @type {Texts} */
export default {
  zh: {
    noName: '请填写姓名。', nameLetters: '姓名里有不该有的数字或符号。',
    noNumber: '请填写身份证号码。', idLetters: '身份证号码只有数字，最后一位可以是 X。', idLong: '多了 {value} 位，身份证号码是 18 位。',
    idBirthday: '第 7 到 14 位是生日，没有 {value} 这一天。', idCheck: '有一位数字不对，请逐位核对。', idShort: '还差 {value} 位，身份证号码是 18 位。',
    isMan: '这个号码是男性的，和所选的关系不一致，请核对。', isWoman: '这个号码是女性的，和所选的关系不一致，请核对。',
    noBirthNumber: '请填写出生医学证明编号。', birthLetters: '编号只有字母和数字。', birthShort: '编号太短，请核对。',
  },
  en: {
    noName: 'Please enter the name.', nameLetters: 'A name has no digits or signs in it.',
    noNumber: 'Please enter the ID number.', idLetters: 'An ID number has digits only; the last may be X.', idLong: '{value} too many: an ID number has 18 characters.',
    idBirthday: 'Characters 7 to 14 are the birthday; there is no day {value}.', idCheck: 'One of the digits is wrong; please compare them.', idShort: '{value} are missing: an ID number has 18 characters.',
    isMan: 'This number is a man\'s, which doesn\'t fit the relation. Please check.', isWoman: 'This number is a woman\'s, which doesn\'t fit the relation. Please check.',
    noBirthNumber: 'Please enter the number of the birth certificate.', birthLetters: 'The number has letters and digits only.', birthShort: 'The number is too short; please check.',
  },
}
