/** @type {Texts} */
export default {
  zh: {
    title: '设置',
    elder: '关怀模式', elderHint: '字更大、按钮更大、对比更强；打开小程序就是一个大码',
    openElder: '打开大字亮码页',
    dark: '深色模式', darkAuto: '跟随手机', darkLight: '浅色', darkDark: '深色', darkHint: '医保码始终白底黑码，方便扫描',
    language: '语言', zh: '中文', en: 'English',
    privacy: '隐私说明', leaving: '导出我的数据、注销', logOut: '退出登录', logOutSure: '退出后，这部手机上要重新登录才能出示医保码。',
  },
  en: {
    title: 'Settings',
    elder: 'Elder mode', elderHint: 'Larger letters and buttons, stronger contrast; it begins with one large code',
    openElder: 'Open the large code',
    dark: 'Dark mode', darkAuto: 'As the phone', darkLight: 'Light', darkDark: 'Dark', darkHint: 'Codes stay black on white so that they can be scanned',
    language: 'Language', zh: '中文', en: 'English',
    privacy: 'Privacy', leaving: 'Export my data, close the account', logOut: 'Log out', logOutSure: 'After that this phone must log in again to show a code.',
  },
}
