/*
 * Who waits for one's yes to show the code (core/asks.wxml draws them on the pages of codes).
 */
import { moment } from './format.js'
import { word } from './i18n.js'

/**
 * @param {{ may_show_me: Relative[] }} family
 * @returns {RequestCard[]}
 */
export function requests(family) {
  return family.may_show_me.filter((one) => one.to_confirm).map((one) => {
    const name = `${one.other_is} ${one.name}`
    const until = one.expires_at ? word('cardUntil', { at: moment(one.expires_at) }) : ''
    return { id: one.id, name, until, title: word('asks', { name }) }
  })
}
