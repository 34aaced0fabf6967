import { defineTexts } from "../i18n/texts.ts";

export const channelTexts = defineTexts("channels", {
  en: {
    name: "Name of the channel",
    nameHint: "Your team sees it; customers don't.",
    defaultName: "WhatsApp",
    phoneNumberId: "Phone number ID",
    phoneNumberIdHint:
      "In Meta's App Dashboard: WhatsApp → API Setup. It is not the phone number itself.",
    accessToken: "Access token",
    accessTokenHint:
      "Of a system user with the permission whatsapp_business_messaging; a temporary one ends after a day.",
    appSecret: "App secret",
    appSecretHint: "App settings → Basic. It proves that webhooks come from Meta.",
    businessAccountId: "WhatsApp Business Account ID",
    businessAccountIdHint: "Also in API Setup. Needed only to send templates.",
    optional: "optional",
    missing: "Fill this in.",
    connect: "Connect",
    webhookTitle: "Tell Meta where to send messages",
    webhookText:
      "In the App Dashboard open WhatsApp → Configuration, edit the webhook, paste both values, verify, then subscribe to the field messages.",
    webhookUrl: "Callback URL",
    verifyToken: "Verify token",
    verifyTokenAgain: "It is shown only now. Later, change it in the channel's credentials.",
    checkTitle: "Live check",
    handshakeWaiting: "Waiting for Meta's verification",
    handshakeDone: "Meta verified the address",
    messageWaiting: "Waiting for the first message: write to the number from a phone",
    messageDone: "The first message arrived",
    refusedSignature: "A webhook came with a wrong signature. Check the app secret.",
    refusedVerifyToken: "Meta sent another verify token. Copy it once more.",
    ifNothing:
      "Nothing arrives? This server must be reached from the internet by https at the address above; check PUBLIC_URL, the proxy and the firewall.",
    simulatedTitle: "Start the simulated phones",
    simulatedText:
      "Run this in a terminal on the machine of the server, in Punctual's folder. It plays WhatsApp, with phones to write from.",
    simulatedOpen: "Then open the phones and write something:",
    command: "Command",
    simulatedName: "Simulated phones",
  },
  vi: {
    name: "Tên kênh",
    nameHint: "Nhóm của bạn thấy tên này; khách thì không.",
    defaultName: "WhatsApp",
    phoneNumberId: "Phone number ID",
    phoneNumberIdHint:
      "Trong App Dashboard của Meta: WhatsApp → API Setup. Đây không phải là số điện thoại.",
    accessToken: "Access token",
    accessTokenHint:
      "Của system user có quyền whatsapp_business_messaging; mã tạm thời hết hạn sau một ngày.",
    appSecret: "App secret",
    appSecretHint: "App settings → Basic. Nó chứng minh webhook đến từ Meta.",
    businessAccountId: "WhatsApp Business Account ID",
    businessAccountIdHint: "Cũng nằm trong API Setup. Chỉ cần khi gửi tin nhắn mẫu.",
    optional: "không bắt buộc",
    missing: "Hãy điền mục này.",
    connect: "Kết nối",
    webhookTitle: "Cho Meta biết nơi gửi tin nhắn",
    webhookText:
      "Trong App Dashboard, mở WhatsApp → Configuration, sửa webhook, dán cả hai giá trị, xác minh, rồi đăng ký trường messages.",
    webhookUrl: "Callback URL",
    verifyToken: "Verify token",
    verifyTokenAgain: "Mã chỉ hiện lúc này. Về sau có thể đổi trong thông tin của kênh.",
    checkTitle: "Kiểm tra trực tiếp",
    handshakeWaiting: "Đang chờ Meta xác minh",
    handshakeDone: "Meta đã xác minh địa chỉ",
    messageWaiting: "Đang chờ tin nhắn đầu tiên: hãy nhắn đến số này từ một điện thoại",
    messageDone: "Tin nhắn đầu tiên đã đến",
    refusedSignature: "Có webhook đến với chữ ký sai. Hãy kiểm tra app secret.",
    refusedVerifyToken: "Meta gửi verify token khác. Hãy chép lại.",
    ifNothing:
      "Không có gì đến? Máy chủ này phải truy cập được từ internet qua https ở địa chỉ trên; hãy kiểm tra PUBLIC_URL, proxy và tường lửa.",
    simulatedTitle: "Khởi động điện thoại mô phỏng",
    simulatedText:
      "Chạy lệnh này trong terminal trên máy chủ, trong thư mục của Punctual. Nó đóng vai WhatsApp, kèm các điện thoại để nhắn.",
    simulatedOpen: "Sau đó mở các điện thoại và nhắn thử:",
    command: "Lệnh",
    simulatedName: "Điện thoại mô phỏng",
  },
});
