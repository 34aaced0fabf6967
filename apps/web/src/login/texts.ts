import { defineTexts } from "../i18n/texts.ts";

export const loginTexts = defineTexts("login", {
  en: {
    title: "Log in to Punctual",
    email: "E-mail",
    password: "Password",
    logIn: "Log in",
    forgot: "Forgot your password?",
    codeTitle: "Your second factor",
    codeHint: "The six digits that your authenticator app shows, or a backup code.",
    code: "Code",
    trust: "Don't ask on this device for 30 days",
    confirm: "Confirm",
    back: "Back",
    resetTitle: "Forgot your password?",
    resetHint: "We mail you a link to choose a new one, if there is a login with this e-mail.",
    sendLink: "Send the link",
    resetSent:
      "If there is a login with this e-mail, the link is on its way. It works for one hour. If nothing comes, ask an admin of your business: this server may not send e-mail.",
    emailMissing: "Write your e-mail.",
    passwordMissing: "Write your password.",
    codeMissing: "Write the code.",
  },
  vi: {
    title: "Đăng nhập Punctual",
    email: "E-mail",
    password: "Mật khẩu",
    logIn: "Đăng nhập",
    forgot: "Quên mật khẩu?",
    codeTitle: "Xác thực bước hai",
    codeHint: "Sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.",
    code: "Mã",
    trust: "Không hỏi lại trên thiết bị này trong 30 ngày",
    confirm: "Xác nhận",
    back: "Quay lại",
    resetTitle: "Quên mật khẩu?",
    resetHint:
      "Chúng tôi gửi cho bạn liên kết để chọn mật khẩu mới, nếu có tài khoản với e-mail này.",
    sendLink: "Gửi liên kết",
    resetSent:
      "Nếu có tài khoản với e-mail này, liên kết đang được gửi đi. Liên kết có hiệu lực trong một giờ. Nếu không nhận được, hãy hỏi quản trị viên: máy chủ này có thể không gửi e-mail.",
    emailMissing: "Hãy nhập e-mail.",
    passwordMissing: "Hãy nhập mật khẩu.",
    codeMissing: "Hãy nhập mã.",
  },
});
