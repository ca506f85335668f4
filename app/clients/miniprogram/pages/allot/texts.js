/** @type {Texts} */
export default {
  zh: {
    title: '划拨共济', held: '家庭共济账户', heldNote: '只给您开通了共济的亲属使用，您自己看病买药不用这笔钱。',
    amount: '划拨金额（元）', most: '现在最高可划拨{sum}，个人账户须保留{floor}', submit: '确认划拨',
    sure: '把{sum}从个人账户划到家庭共济账户。本月不能再划，也不能随时划回；参保地迁出时剩余的钱退回个人账户。确定吗？',
    done: '已划拨', wrong: '请填写大于 0 的金额，最多两位小数。',
  },
  en: {
    title: 'Set money aside', held: 'Family aid account', heldNote: 'Only relatives you have granted mutual aid use it; your own bills don\'t.',
    amount: 'Sum (yuan)', most: '{sum} can be set aside now; {floor} must stay in your account', submit: 'Set it aside',
    sure: '{sum} goes from your account into the family aid account, once a month. It comes back only when your insurance moves away. Set it aside?',
    done: 'Set aside', wrong: 'Write a sum above 0 with two places at most.',
  },
}
