// Where the server stands: the only file that differs between phone and web.
// On a phone put the registered domain here, e.g. 'https://qinji.example.cn/api/v1'.
// In the browser the page and the server have one address, so the path is enough.
export const API = '/api/v1'
