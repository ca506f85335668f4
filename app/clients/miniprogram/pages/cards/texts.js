/** @type {Texts} */
export default {
  zh: {
    title: '社保卡', none: '这里还没有您的社保卡。没有卡也可以用医保码结算。',
    since: '自 {at}', lost: '挂失', lostYes: '挂失', done: '已挂失',
    lostSure: '社保卡 {number} 挂失后，马上不能再用于结算；找到后只能到窗口解除挂失。医保码照常可用。现在挂失吗？',
    hint: '卡丢了请马上挂失。挂失只停用这张卡，医保码照常可用。',
    found: '找到了卡，或者要补卡，请带身份证到医保或社保窗口办理。', office: '拨打 12393',
  },
  en: {
    title: 'Social-security card', none: 'No card of yours is known here. You can settle with your code without one.',
    since: 'since {at}', lost: 'Report lost', lostYes: 'Yes', done: 'Reported lost',
    lostSure: 'Card {number} pays nothing from the moment it is reported lost; if you find it again, only the counter can let it pay. Your code goes on working. Report it lost now?',
    hint: 'If a card is lost, report it at once. That stops this card only; your code goes on working.',
    found: 'If you found it, or want a new one, go to the insurance or social-security counter with your ID card.', office: 'Call 12393',
  },
}
