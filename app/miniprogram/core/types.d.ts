// Shapes that the client's files share, for the type check only.
type Language = 'zh' | 'en'
type Texts = Record<Language, Record<string, string>>
type AnyPage = WechatMiniprogram.Page.Instance<any, any>
interface RefusalView {
  reason: string
  message: string
  next_step: string
  retryable: boolean
  offline: boolean
  status: number
  request_id: string
}
interface RefusalCard extends RefusalView {
  fix: { url: string; text: string } | null
}
