/** A cap by its period. @type {Texts} */
export default {
  zh: {
    cap_day_fen: '今天已用 {used} / {cap}，还剩 {left} 元', cap_week_fen: '本周已用 {used} / {cap}，还剩 {left} 元',
    cap_month_fen: '本月已用 {used} / {cap}，还剩 {left} 元', cap_year_fen: '今年已用 {used} / {cap}，还剩 {left} 元',
    byRegion: '当地规定的上限',
  },
  en: {
    cap_day_fen: 'Today {used} of {cap} used, ¥{left} left', cap_week_fen: 'This week {used} of {cap} used, ¥{left} left',
    cap_month_fen: 'This month {used} of {cap} used, ¥{left} left', cap_year_fen: 'This year {used} of {cap} used, ¥{left} left',
    byRegion: 'limit of the local rules',
  },
}
