/*
 * Which page of ours mends what a reason names. The sentence and the next step are the server's; this
 * only adds a button. Reasons that are mended elsewhere (at a counter, by the till) are not here.
 */
import { language } from './i18n.js'

/** @type {Record<string, { url: string, zh: string, en: string }>} */
const FIXES = {
  IDENTITY_REQUIRED: { url: '/pages/identity/identity', zh: '去实名认证', en: 'Real-name check' },
  CONSENT_REQUIRED: { url: '/pages/consent/consent', zh: '查看隐私说明', en: 'Read about privacy' },
  NO_AID_GRANT: { url: '/pages/aid/aid', zh: '去设置共济', en: 'Set up mutual aid' },
  ONLY_FAMILY_ACCOUNT: { url: '/pages/aid/grant', zh: '去开通共济', en: 'Set up mutual aid' },
  BINDING_PENDING: { url: '/pages/family/family', zh: '去亲情账户', en: 'Family account' },
}

/**
 * The page that mends what a reason names, or null.
 * @param {string} reason
 * @returns {{ url: string, text: string } | null}
 */
export function fixOf(reason) {
  const fix = FIXES[reason]
  return fix ? { url: fix.url, text: fix[language()] } : null
}
