// The demo's people: wx.login lets one choose who holds the phone, and a face check is a button.
// The server tells the list only while it runs with the demo's stand-in for WeChat.
import { frame } from './frame.js'
import { element, sheet } from './sheets.js'
import { navigate } from './pages.js'

const KEY = 'demo.who'
const english = () => document.documentElement.lang === 'en'
const say = (zh, en) => (english() ? en : zh)
let people

async function demoPeople() {
  if (!people) {
    const answer = await fetch('/demo/people', { cache: 'no-store' })
    if (!answer.ok) throw new Error('login:fail no WeChat here')
    people = await answer.json()
  }
  return people
}

/** A code as wx.login gives it, of the person chosen; asks once who that is. */
export async function login() {
  const who = sessionStorage.getItem(KEY) || await choose()
  if (!who) throw new Error('login:fail nobody was chosen')
  sessionStorage.setItem(KEY, who)
  drawBar()
  return { code: `demo-${who}-${random()}` }
}

async function choose() {
  const list = element('div', { className: 'choices' })
  for (const { who, name, note_zh: zh, note_en: en } of await demoPeople()) {
    list.append(element('button', { type: 'button', onclick: () => list.closest('dialog').finish(who) },
      element('b', {}, name), element('small', {}, say(zh, en))))
  }
  return sheet(say('演示：选择使用这部手机的人', 'Demo: who holds this phone?'), element('div', {},
    element('p', { className: 'demo-note' }, say('以下人物均为虚构，仅用于演示。正式环境由微信登录。',
      'These people are invented. In earnest, WeChat logs you in.')), list),
  [{ text: say('取消', 'Cancel'), value: () => null }])
}

/** The provider's face check: here two buttons. */
export async function faceCheck({ name }) {
  await demoPeople()
  const passed = await sheet(say('演示：人脸核验', 'Demo: face check'), element('p', {},
    say(`正式环境由核验机构拍摄人脸。请选择 ${name} 的核验结果。`,
      `In earnest the provider takes the face. Choose the result for ${name}.`)),
  [{ text: say('取消', 'Cancel'), value: () => null },
    { text: say('不通过', 'Fails'), value: () => false },
    { text: say('通过', 'Passes'), main: true, value: () => true }])
  if (passed === null) throw new Error('startFacialRecognitionVerify:fail cancel')
  return { verifyResult: `face-${passed ? 'ok' : 'no'}-${random()}` }
}

const random = () => [...crypto.getRandomValues(new Uint8Array(8))]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A strip above the phone: who holds it, and how to change that. */
export async function drawBar() {
  const who = sessionStorage.getItem(KEY)
  if (!who) return
  const list = await demoPeople().catch(() => [])
  const person = list.find((one) => one.who === who)
  document.querySelector('.demo-bar')?.remove()
  const bar = element('aside', { className: 'demo-bar', ariaLabel: say('演示', 'Demo') },
    element('span', {}, say('演示', 'Demo'), ' · ', person ? person.name : who))
  if (person) {
    bar.append(element('button', { type: 'button', onclick: () => fill(person) },
      say('填入身份信息', 'Fill in identity')))
  }
  bar.append(element('button', { type: 'button', onclick: change }, say('换人', 'Change')))
  frame.phone.before(bar)
}

/** Writes the person's invented number into the form that is open; of a mother of a newborn who adds
 *  a relative, the child's. */
function fill(person) {
  const binds = person.newborn && location.hash.includes('/family/bind')
  const { name, certno } = binds ? person.newborn : person
  const known = { psn_name: name, certno }
  const fields = [...document.querySelectorAll('.view:not([hidden]) input[name]')]
    .filter((field) => known[field.name])
  if (!fields.length && !binds) navigate('navigate', '/pages/identity/identity')
  for (const field of fields) {
    field.value = known[field.name]
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

async function change() {
  const who = await choose()
  if (!who) return
  sessionStorage.clear()
  sessionStorage.setItem(KEY, who)
  // The same page, as the other one sees it; what shows one record shows it to its owner only.
  history.replaceState(null, '', location.hash.includes('?') ? '/' : `/${location.hash}`)
  location.reload()
}
