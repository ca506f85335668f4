/** @type {Texts} */
export default {
  zh: { title: '规则和依据' },
  en: { title: 'The rule' },
}
