/** A file whose name leads out of the folder that it is saved in. */
export const TRICKY_FILE: Buffer = Buffer.from(
  [
    "From: Mallory <mallory@example.test>",
    "Subject: Take this file",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain",
    "",
    "Here it is.",
    "--b",
    "Content-Type: text/html",
    'Content-Disposition: attachment; filename="../../x"',
    "",
    "<script>alert(1)</script>",
    "--b--",
    "",
  ].join("\r\n"),
);

/** Fifty mails that each try something; whatever they fetch would come to the trap. */
export function hostileMessages(trap: string) {
  return tricks(trap).map((html, index) => ({
    mailbox: "Hostile",
    internalDate: new Date(Date.now() - (index + 5) * 60_000),
    raw: Buffer.from(
      `From: Mallory <mallory@example.test>\r\nSubject: Hostile ${index + 1}\r\nMIME-Version: 1.0\r\n` +
        `Content-Type: text/html; charset=utf-8\r\n\r\n<p>Trick ${index + 1}</p>${html}\r\n`,
    ),
  }));
}

function tricks(trap: string): string[] {
  const run = `fetch('${trap}/run');alert(1);top.document.title='taken'`;
  const url = (name: string) => `${trap}/${name}`;
  const handlers = ["onerror", "onload", "onmouseover", "onfocus", "onanimationstart", "ontoggle"];
  const fetched = [
    `<img src="${url("img")}">`,
    `<img srcset="${url("srcset")} 2x">`,
    `<picture><source srcset="${url("source")}"><img></picture>`,
    `<div style="background:url(${url("style")})">x</div>`,
    `<style>body{background:url(${url("css")})}</style>`,
    `<style>@import "${url("import")}";</style>`,
    `<style>@font-face{font-family:f;src:url(${url("font")})}p{font-family:f}</style>`,
    `<link rel="stylesheet" href="${url("link")}">`,
    `<link rel="prefetch" href="${url("prefetch")}"><link rel="dns-prefetch" href="${url("dns")}">`,
    `<link rel="preload" as="image" href="${url("preload")}">`,
    `<meta http-equiv="refresh" content="0;url=${url("refresh")}">`,
    `<base href="${trap}/"><img src="base">`,
    `<iframe src="${url("iframe")}"></iframe>`,
    `<iframe srcdoc="<img src='${url("srcdoc")}'>"></iframe>`,
    `<frameset><frame src="${url("frame")}"></frameset>`,
    `<object data="${url("object")}"></object>`,
    `<embed src="${url("embed")}">`,
    `<video poster="${url("poster")}" src="${url("video")}" autoplay></video>`,
    `<audio src="${url("audio")}" autoplay></audio>`,
    `<table background="${url("table")}"><tr><td background="${url("td")}">x</td></tr></table>`,
    `<body background="${url("body")}">`,
    `<input type="image" src="${url("input")}">`,
    `<svg><image href="${url("svg-image")}"/></svg>`,
    `<svg><use href="${url("use")}#a"/></svg>`,
    `<svg><style>circle{fill:url(${url("svg-style")})}</style><circle r="9"/></svg>`,
    `<math href="${url("math")}">x</math>`,
    `<form action="${url("form")}"><input name="a" autofocus><button>Go</button></form>`,
    `<img src="&#104;ttp:${url("entity").slice(5)}">`,
    `<IMG SRC=${url("upper")}>`,
    `<img src="//${new URL(trap).host}/scheme">`,
    `<div style="list-style-image:url('${url("list")}')"><li>x</li></div>`,
    `<div style="b\\61 ckground:u\\72l(${url("escaped")})">x</div>`,
  ];
  const scripted = [
    `<script>${run}</script>`,
    `<script src="${url("script.js")}"></script>`,
    `<svg onload="${run}"></svg>`,
    `<a href="javascript:${run}">click</a>`,
    `<a href="&#x6a;avascript:${run}">click</a>`,
    `<a href="data:text/html,<script>${run}</script>">click</a>`,
    `<iframe src="javascript:${run}"></iframe>`,
    `<scr<script>ipt>${run}</scr</script>ipt>`,
    `<noscript><p title="</noscript><img src=x onerror=${run}>"></noscript>`,
    `<math><mtext><table><mglyph><style><img src=x onerror=${run}></style></mglyph></table></mtext></math>`,
    `<details open ontoggle="${run}">x</details>`,
    `<template><script>${run}</script></template>`,
  ];
  const handled = handlers.map((name) => `<img src="${url(name)}" ${name}="${run}" tabindex="0" autofocus>`);
  return [...fetched, ...scripted, ...handled];
}
