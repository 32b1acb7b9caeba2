/** A short mail in one language; `subject` and `body` are the bytes in `charset`, in base64. */
export interface SampleText {
  readonly language: string;
  readonly charset: string;
  readonly subject: string;
  readonly body: string;
}

/** Texts as mail of the last thirty years has them: each in a charset that was usual for its language. */
export const SAMPLE_TEXTS: readonly SampleText[] = [
  // Minutes of Tuesday’s meeting
  {
    language: "English",
    charset: "utf-8",
    subject: "TWludXRlcyBvZiBUdWVzZGF54oCZcyBtZWV0aW5n",
    body: "RGVhciBBZGEsDQoNCnRoZSBtaW51dGVzIGFyZSBiZWxvdy4gUGxlYXNlIGNvcnJlY3Qgd2hhdCBJIGdvdCB3cm9uZyDigJMgSSB3cm90ZSB0aGVtIGZyb20gbWVtb3J5Lg0KDQoxLiBUaGUgbmV3IHBvb2wgZ29lcyBsaXZlIG9uIE1vbmRheS4NCjIuIE5vYm9keSBzZW5kcyBtYWlsIGJ5IGhhbmQgYW55IG1vcmUuDQoNCkJlc3Qgd2lzaGVzDQpHcmFjZQ==",
  },
  // Größere Änderungen im Zeitplan
  {
    language: "German",
    charset: "iso-8859-1",
    subject: "R3L232VyZSDEbmRlcnVuZ2VuIGltIFplaXRwbGFu",
    body: "SGFsbG8gQWRhLA0KDQp3aXIgbfxzc2VuIGRpZSDcYmVyZ2FiZSB1bSB6d2VpIFdvY2hlbiB2ZXJzY2hpZWJlbjogRGVyIFBy/GZiZXJpY2h0IGlzdCBub2NoIG5pY2h0IGZlcnRpZy4NCg0KU2No9m5lIEdy/N9lDQpK/HJnZW4=",
  },
  // Réservation confirmée : 3 nuits à Besançon
  {
    language: "French",
    charset: "iso-8859-15",
    subject: "UulzZXJ2YXRpb24gY29uZmlybellIDogMyBudWl0cyDgIEJlc2Fu529u",
    body: "Qm9uam91ciBBZGEsDQoNCnZvdHJlIHPpam91ciBlc3QgculzZXJ26S4gTGUgdG90YWwgZXN0IGRlIDMxMiCkICh0YXhlIGRlIHPpam91ciBjb21wcmlzZSkuDQoNCsAgYmllbnT0dCwNCmwnYWNjdWVpbA==",
  },
  // ¿Nos vemos mañana?
  {
    language: "Spanish",
    charset: "utf-8",
    subject: "wr9Ob3MgdmVtb3MgbWHDsWFuYT8=",
    body: "SG9sYSBBZGE6DQoNCsK/dGUgdmEgYmllbiBhIGxhcyBkaWV6PyBFbCBuacOxbyB0aWVuZSBjaXRhIGNvbiBlbCBtw6lkaWNvIGEgbGFzIGRvY2UuDQoNClVuIGFicmF6bw0KQmVnb8OxYQ==",
  },
  // Zażółć gęślą jaźń
  {
    language: "Polish",
    charset: "iso-8859-2",
    subject: "WmG/87PmIGfqtmyxIGphvPE=",
    body: "Q3pltuYgQWRvLA0KDQp6YbOxY3phbSBsaXN06iBnb7ZjaS4gUHJvc3rqIG8gcG90d2llcmR6ZW5pZSBkbyC2cm9keS4NCg0KUG96ZHJhd2lhbQ0Ko3VrYXN6",
  },
  // Příliš žluťoučký kůň
  {
    language: "Czech",
    charset: "windows-1250",
    subject: "UPjtbGmaIJ5sdZ1vdehr/SBr+fI=",
    body: "RG9icv0gZGVuLA0KDQpwb3PtbOFtIHNs7WJlbukgcG9ka2xhZHkuIETsa3VqaSB6YSByeWNobG91IG9kcG927O8uDQoNCkpp+O0=",
  },
  // Fatura günü yaklaşıyor
  {
    language: "Turkish",
    charset: "iso-8859-9",
    subject: "RmF0dXJhIGf8bvwgeWFrbGH+/Xlvcg==",
    body: "TWVyaGFiYSBBZGEsDQoNCmZhdHVyYW79ev1uIHNvbiD2ZGVtZSBn/G78IGN1bWEuIN15aSDnYWz9/m1hbGFyLg0KDQredWxl",
  },
  // Πρόσκληση για καφέ
  {
    language: "Greek",
    charset: "iso-8859-7",
    subject: "0PH88+rr5/PnIOPp4SDq4fbd",
    body: "w+Xp4SDz7/UgQWRhLA0KDQro3evl6fIg7eEg8Nzs5SDj6eEg6uH23SD07yDT3OLi4fTvOw0KDQrF693t5w==",
  },
  // Отчёт за октябрь
  {
    language: "Russian",
    charset: "koi8-r",
    subject: "79Teo9Qg2sEgz8vU0cLS2A==",
    body: "+sTSwdfT1NfVytTFLCDhxMEhDQoNCu/U3qPUIMfP1M/XLCDDycbS2SDM1d7bxSwg3sXNIM3ZIM/WycTBzMkuDQoNCvMg1dfB1sXOycXNLA0K78zYx8E=",
  },
  // Зустріч перенесено
  {
    language: "Ukrainian",
    charset: "windows-1251",
    subject: "x/Px8vCz9yDv5fDl7eXx5e3u",
    body: "xO7h8OjpIOTl7fwsIMDk7iENCg0Kx/Px8vCz9yDv5fDl7eXx5e3uIO3gIPfl8uLl8Cwg7iDk5fH/8rPpLg0KDQqq4uPl7Q==",
  },
  // 会議の議事録をお送りします
  {
    language: "Japanese",
    charset: "iso-2022-jp",
    subject: "GyRCMnE1RCRONUQ7dk8/JHIkKkF3JGokNyReJDkbKEI=",
    body: "GyRCJSglJCVATU0bKEINCg0KGyRCJCpAJE9DJEskSiRDJEYkKiRqJF4kOSEjGyhCDQobJEI6ckZ8JE4ycTVEJE41RDt2Tz8kciQqQXckaiQ3JF4kOSEjJDQzTkcnJC8kQCQ1JCQhIxsoQg0KDQobJEI7M0VEGyhC",
  },
  // 請求書の件
  {
    language: "Japanese",
    charset: "shift_jis",
    subject: "kL+LgY+RgsyMjw==",
    body: "g0eDQ4Nfl2wNCg0KkL+LgY+RgvCCqJGXguiCtYLcgrWCvYFCgrKKbZRGgvCCqIrogqKCooK9grWC3IK3gUINCg0KjbKToQ==",
  },
  // 周五的发布计划
  {
    language: "Chinese (simplified)",
    charset: "gb18030",
    subject: "1tzO5bXEt6KyvLzGu64=",
    body: "QWRho6zE47rDo7oNCg0Kt6KyvLao1NrW3M7lz8LO58j9teOjrMfrzOHHsLzssunTyrz+ttPB0KGjDQoNCs31t7w=",
  },
  // 訂單已出貨
  {
    language: "Chinese (traditional)",
    charset: "big5",
    subject: "rXGz5qR3pVizZg==",
    body: "QWRhILF6pm6hRw0KDQqxeqq6rXGz5qR3uGelWLNmoUG5d61wpFSk0aS6sGW5RqFDDQoNCqvIqkGkpKTf",
  },
  // 회의실 예약 안내
  {
    language: "Korean",
    charset: "euc-kr",
    subject: "yLjAx73HIL+5vuAgvsizuw==",
    body: "vsiz58fPvLy/5CBBZGG01CwNCg0Ks7vAzyC/wMjEILXOIL3Dv6EgyLjAx73HwLsgv7m+4MffvcC0z7TZLg0KDQqx6LnOvPY=",
  },
  // הזמנה לארוחת ערב
  {
    language: "Hebrew",
    charset: "windows-1255",
    subject: "5Obu8OQg7OD45ef6IPL44Q==",
    body: "+ezl7SDy4+QsDQoNCuD6IO7l5u7w+iDs4Pjl5/og8vjhIOHp5e0g+en56S4NCg0K8OXy5A==",
  },
  // دعوة إلى الاجتماع
  {
    language: "Arabic",
    charset: "windows-1256",
    subject: "z9rmySDF4ewgx+HHzMrjx9o=",
    body: "49HNyMcgws/HoQ0KDQrH4cfMyuPH2iDt5uMgx+HDzc8g3e0gx+HTx9rJIMfh2sfU0ckuDQoNCuPaIMfhys3tyQ0K4e3h7A==",
  },
  // ใบเสร็จรับเงินของคุณ
  {
    language: "Thai",
    charset: "tis-620",
    subject: "47rgysPnqMPRuuCn1Lmizaek2LM=",
    body: "ysfRyrTVpOjQDQoNCuG5uuO64MrD56jD0brgp9S5wdLjy+nhxenHpOjQDQoNCsHSxdU=",
  },
  // बैठक का समय बदला
  {
    language: "Hindi",
    charset: "utf-8",
    subject: "4KSs4KWI4KSg4KSVIOCkleCkviDgpLjgpK7gpK8g4KSs4KSm4KSy4KS+",
    body: "4KSo4KSu4KS44KWN4KSk4KWHIOCkhuCkpuCkviwNCg0K4KSV4KSyIOCkleClgCDgpKzgpYjgpKDgpJUg4KSF4KSsIOCkpOClgOCkqCDgpKzgpJzgpYcg4KS54KWI4KWkDQoNCuCkhuCktuCkvg==",
  },
  // 🎉 Release 1.0 is out 🚀
  {
    language: "Emoji",
    charset: "utf-8",
    subject: "8J+OiSBSZWxlYXNlIDEuMCBpcyBvdXQg8J+agA==",
    body: "V2UgZGlkIGl0ISDwn46JDQoNClRoYW5rcyB0byBldmVyeWJvZHkgd2hvIHRlc3RlZC4g8J+Zjw0KDQrwn5Gp4oCN8J+SuyBSYWRpYQ==",
  },
];
