import type { FolderRoleNames } from "../folder.js";

/** The usual folders in Cyrillic, Greek and Turkish. */
export const EASTERN_EUROPEAN: Readonly<Record<string, FolderRoleNames>> = {
  bg: {
    sent: ["изпратени", "изпратена поща"],
    drafts: ["чернови"],
    trash: ["кошче", "изтрити", "изтрити елементи"],
    spam: ["нежелана поща", "спам"],
    archive: ["архив"],
  },
  ru: {
    sent: ["отправленные", "отправленные письма", "отправленное", "исходящие"],
    drafts: ["черновики", "черновик"],
    trash: ["корзина", "удаленные", "удалённые"],
    spam: ["спам", "нежелательная почта"],
    archive: ["архив"],
    all: ["вся почта"],
    flagged: ["помеченные"],
  },
  uk: {
    sent: ["надіслані", "відправлені", "відіслані"],
    drafts: ["чернетки"],
    trash: ["кошик", "смітник", "видалені"],
    spam: ["небажана пошта", "спам"],
    archive: ["архів"],
  },
  el: {
    sent: ["απεσταλμένα", "σταλμένα"],
    drafts: ["πρόχειρα"],
    trash: ["κάδος απορριμμάτων", "διαγραμμένα", "κάδος"],
    spam: ["ανεπιθύμητη αλληλογραφία", "ανεπιθύμητα"],
    archive: ["αρχειοθήκη", "αρχείο"],
  },
  tr: {
    sent: ["gönderilmiş öğeler", "gönderilenler", "gönderilmiş postalar", "gönderilmiş"],
    drafts: ["taslaklar", "taslak"],
    trash: ["çöp kutusu", "silinmiş öğeler", "çöp"],
    spam: ["önemsiz", "gereksiz e-posta", "istenmeyen"],
    archive: ["arşiv"],
  },
};
