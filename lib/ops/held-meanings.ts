/**
 * What each reason means and what to do about it, in the two languages of those who operate Kojarz. For pages, the
 * dashboard and what speaks to a person: no function on an order's way loads these texts, its log names the reason.
 */
import { HELD_REASONS, type HeldReason, heldReason } from "../core/held-reasons.ts";

export type Meaning = { pl: string; en: string };

const SECOND_HAND: Meaning = {
  pl: "BaseLinker (lub inny pośrednik) podał identyfikator zamówienia, które jest w Kojarzu z inną kwotą, więc tego zgłoszenia nie wysłano. Jeśli to ten sam zakup, nic nie wpisuj; jeśli inny, popraw field lub exportShop i wpisz ten zakup do ERP ręcznie.",
  en: "BaseLinker (or another relay) named the id of an order that is there with another total, so this report was not sent. If they are one purchase, enter nothing; if not, correct field or exportShop, and enter this purchase in the ERP by hand.",
};
const POSSIBLY_THE_SAME: Meaning = {
  pl: "To może być zakup, który już jest w Kojarzu, ale nic tego nie dowodzi: kwota, data lub identyfikator się różnią. Porównaj oba zamówienia; jeśli to inny zakup, wpisz go do ERP ręcznie.",
  en: "It may be a purchase that is there already, but nothing proves it: total, date or id differ. Compare the two orders; if it is another purchase, enter it in the ERP by hand.",
};

const TOTAL_TO_COMPARE_UNKNOWN: Meaning = {
  pl: "To może być zakup, który już jest w Kojarzu, ale jednemu z dwóch zgłoszeń brakuje kwoty do porównania. Porównaj oba zamówienia w źródłach; jeśli to inny zakup, wpisz go do ERP ręcznie.",
  en: "It may be a purchase that is there already, but one of the two reports lacks the total to compare. Compare the two orders at their sources; if it is another purchase, enter it in the ERP by hand.",
};

const REVIVED: Meaning = {
  pl: "Anulowane zamówienie jest znów gotowe, a ERP mógł je już anulować. Sprawdź je w ERP; jeśli jest anulowane, wpisz je ponownie ręcznie.",
  en: "A cancelled order is ready again, and the ERP may have cancelled it already. Look at it in the ERP; if it is cancelled there, enter it again by hand.",
};

const UNREADABLE: Meaning = {
  pl: "Nie da się odczytać zamówienia: ma inną budowę, niż opisuje dokumentacja platformy. Treść jest zachowana: zgłoś ją opiekunowi Kojarza, a pilne zamówienie wpisz do ERP ręcznie.",
  en: "The order cannot be read: it is built otherwise than the platform documents. Its text is kept: pass it to whoever maintains Kojarz, and enter an urgent order in the ERP by hand.",
};

const UNREADABLE_MESSAGE: Meaning = {
  pl: "Wiadomość ma poprawny podpis, ale nie ma w niej zamówienia, które da się odczytać. Treść jest zachowana: sprawdź u nadawcy wtyczki, które zmieniają webhooki, a brakujące zamówienie wpisz do ERP ręcznie.",
  en: "The message is signed correctly, but holds no order that can be read. Its text is kept: look at the sender for plugins that change webhooks, and enter an order that is missing in the ERP by hand.",
};

const ERP_INCOMPLETE: Meaning = {
  pl: "WAPRO nie nadało numeru lub identyfikatora, więc zapis został wycofany. Uruchom most z --probe, sprawdź format numeracji i typ dokumentu, potem wyślij zamówienie ponownie.",
  en: "WAPRO gave no number or id, so the write was rolled back. Run the bridge with --probe, check the number format and the document type, then send the order again.",
};

const ERP_UNCLEAR: Meaning = {
  pl: "W ERP jest kilka zamówień, które mogą być tym zakupem. Sprawdź je w ERP: zbędne anuluj, a jeśli żadne nie jest tym zakupem, wpisz go ręcznie.",
  en: "Several orders in the ERP may be this purchase. Look at them in the ERP: cancel what is too many, and if none is this purchase, enter it by hand.",
};

const ERP_UNPROVEN: Meaning = {
  pl: "W ERP jest zamówienie o tym samym numerze lub identyfikatorze, ale nic nie dowodzi, że to ten zakup. Porównaj je; jeśli to inny zakup, wpisz ten do ERP ręcznie.",
  en: "The ERP has an order with the same number or id, but nothing proves that it is this purchase. Compare them; if it is another purchase, enter this one in the ERP by hand.",
};

const eventWithout = (field: string): Meaning => ({
  pl: `Zdarzenie Adobe nie zawiera pola potrzebnego do zamówienia (${field}). Dodaj to pole do subskrypcji zdarzeń, a to zamówienie wpisz do ERP ręcznie.`,
  en: `Adobe's event lacks a field that the order needs (${field}). Add the field to the subscription of events, and enter this order in the ERP by hand.`,
});

const MEANINGS: Readonly<Record<HeldReason, Meaning>> = {
  "bridge-too-old": {
    pl: "Most do WAPRO jest o jedną wersję za stary i nie umie zapisać wszystkiego, co jest w tym zamówieniu: zwolnienia z VAT, opłat, płatności bonem, dostawy z inną stawką niż 23. Zainstaluj nowy kojarz-bridge, potem wyślij zamówienie ponownie.",
    en: "The bridge to WAPRO is one version too old and cannot write all that this order holds: an exemption from VAT, fees, a gift card, shipping under another rate than 23. Install a newer kojarz-bridge, then send the order again.",
  },
  "broken-at-shop": {
    pl: "Sklep odpowiada błędem przy odczycie tego jednego zamówienia. Otwórz je w panelu sklepu i napraw; jeśli się nie da, wpisz je do ERP ręcznie.",
    en: "The shop answers with an error when this one order is read. Open it in the shop's panel and repair it; if that fails, enter it in the ERP by hand.",
  },
  "buyer-differs": {
    pl: "Numer i kwota są takie jak w zakupie, który już jest w Kojarzu, ale kupił ktoś inny: e-mail, telefon, adres i nazwisko się różnią. Porównaj oba zamówienia; jeśli to inny zakup, wpisz go do ERP ręcznie.",
    en: "Number and total are those of a purchase that is there already, but its buyer is another: e-mail, phone, address and name differ. Compare the two orders; if it is another purchase, enter it in the ERP by hand.",
  },
  "cancel-disputed": {
    pl: "Kopia albo integrator anulował zamówienie, a jego własne źródło nadal ma je jako gotowe. Jeśli usunięto tylko kopię, nic nie rób; jeśli zakup odwołano, anuluj zamówienie w jego źródle.",
    en: "A copy or an integrator cancelled the order, while its own source still has it as ready. If only a copy was cleared away, do nothing; if the purchase was called off, cancel it at its source.",
  },
  "cancelled-after-window": {
    pl: "Źródło anulowało zamówienie tak późno, że Kojarz już go nie zmienia. Anuluj je w ERP ręcznie.",
    en: "The source cancelled the order so late that Kojarz changes it no more. Cancel it in the ERP by hand.",
  },
  "cancelled-in-erp": {
    pl: "W ERP anulowano zamówienie innego integratora, z którym ten zakup jest powiązany. Jeśli zakup jest aktualny, wpisz go ponownie ręcznie.",
    en: "The ERP order of another integrator, to which this purchase is linked, was cancelled in the ERP. If the purchase stands, enter it again by hand.",
  },
  "cancelled-in-part": {
    pl: "Źródło anulowało część zamówienia, gdy reszta była już wysłana, i nie podaje, które sztuki. Sprawdź je u źródła i popraw zamówienie w ERP: sama z siebie nie anuluje się ani część, ani całość.",
    en: "The source cancelled a part of the order when the rest was sent already, and does not say which pieces. Look there and correct the order in the ERP: neither part nor whole is cancelled by itself.",
  },
  "cancelled-while-held": {
    pl: "Źródło anulowało zamówienie, które czeka na decyzję. Sprawdź, czy jest w ERP; jeśli jest, anuluj je tam.",
    en: "The source cancelled an order that waits for a decision. Look whether it is in the ERP; if it is, cancel it there.",
  },
  "cannot-be-read": {
    pl: "Zamówienia nie udaje się odczytać od około dwóch dni; Kojarz nadal próbuje. Sprawdź, dlaczego platforma odmawia; pilne wpisz do ERP ręcznie.",
    en: "The order could not be read for about two days; Kojarz still tries. Look why the platform refuses it; if it is urgent, enter it in the ERP by hand.",
  },
  "cannot-be-taken-in": {
    pl: "Zamówienia nie udało się przyjąć: zapisać w dziesięciu odczytach z rzędu albo, jak mówią szczegóły, w ogóle przeczytać; następne poszły dalej. Log podaje błąd; jeśli nie może czekać, wpisz je do ERP ręcznie.",
    en: "The order could not be taken in: not stored in ten runs in a row or, as the detail says, not even read; later ones went on. The log names the error; if it cannot wait, enter it in the ERP by hand.",
  },
  "copy-or-split": {
    pl: "To samo konto zgłosiło drugie zamówienie pod tym samym identyfikatorem, na kwotę, której podział nie wyjaśnia: kopia. Wpisz do ERP ręcznie tylko towary, które mają być wysłane dodatkowo; tego, co jest w ERP, nie wpisuj drugi raz.",
    en: "The same account reported a second order under the same id, over an amount that no split explains: a copy. Enter by hand only goods that are to be sent in addition, and nothing that the ERP has already.",
  },
  "duplicated-in-erp": {
    pl: "Inny integrator zapisał w ERP zakup, który już tam jest; szczegóły podają oba numery. Anuluj w ERP jedno z nich i wyłącz temu integratorowi zapis do ERP.",
    en: "Another integrator wrote a purchase into the ERP that was there already; the detail has both numbers. Cancel one of them in the ERP, and stop that integrator from writing there.",
  },
  "edit-of-an-edit": {
    pl: "Zamówienie w Magento edytowano więcej niż raz, a zdarzenie Adobe nie mówi, od którego się zaczęło. Popraw w ERP zamówienie, które zostało zastąpione.",
    en: "The order was edited in Magento more than once, and Adobe's event does not say from which one it began. Change the replaced order in the ERP.",
  },
  "edited-after-delivery": {
    pl: "Źródło zmieniło towary, cenę lub dostawę zamówienia, które jest już w ERP. Popraw zamówienie w ERP.",
    en: "The source changed goods, price or delivery of an order that the ERP has already. Change the order in the ERP.",
  },
  "erp-answer-unreadable": {
    pl: "Baza WAPRO odpowiedziała czymś, czego most nie umie odczytać, więc zapis został wycofany. Uruchom most z --probe i --dry-run, przekaż wynik opiekunowi mostu, a zamówienie wpisz do ERP ręcznie.",
    en: "WAPRO's database answered what the bridge cannot read, so the write was rolled back. Run the bridge with --probe and --dry-run, pass the result to whoever maintains the bridge, and enter the order in the ERP by hand.",
  },
  "erp-bridge-refused-request": {
    pl: "Most do WAPRO nie przyjął zapytania Kojarza: zwykle most jest w innej wersji. Zaktualizuj most i sprawdź jego log, potem wyślij zamówienie ponownie.",
    en: "The bridge to WAPRO did not take Kojarz's request: usually its version differs. Update the bridge and read its log, then send the order again.",
  },
  "erp-cannot-cancel": {
    pl: "Zamówienie zostało anulowane w źródle, a ERP nie może go anulować: ma już dokument albo należy do kogoś innego (szczegóły mówią, co). Zdecyduj w ERP: zwrot, korekta lub ręczne anulowanie.",
    en: "The order was cancelled at its source and the ERP cannot cancel it: it has a document already, or is somebody else's (the detail says which). Decide in the ERP: a return, a correction, or a cancellation by hand.",
  },
  "erp-contractor-ambiguous": {
    pl: "W WAPRO jest kilku kontrahentów z NIP-em kupującego; szczegóły podają ich identyfikatory. Scal ich albo zablokuj zbędnych, potem wyślij zamówienie ponownie.",
    en: "WAPRO has several contractors with the buyer's NIP; the detail gives their ids. Merge them or block those that are not needed, then send the order again.",
  },
  "erp-contractor-unknown": {
    pl: "W WAPRO nie ma kontrahenta z tym NIP-em, a w bridge.json nie podano zastępczego (contractor). Dodaj kontrahenta lub ustawienie, potem wyślij zamówienie ponownie.",
    en: "WAPRO has no contractor with this tax number (NIP), and bridge.json names no stand-in (contractor). Add the contractor or the setting, then send the order again.",
  },
  "erp-currency-unsupported": {
    pl: "Zamówienie nie jest w złotych, a most zapisuje tylko PLN. Wpisz je do ERP ręcznie.",
    en: "The order is not in złoty, and the bridge writes PLN only. Enter it in the ERP by hand.",
  },
  "erp-gave-no-id": ERP_INCOMPLETE,
  "erp-gave-no-number": ERP_INCOMPLETE,
  "erp-internet-id-differs": {
    pl: "WAPRO zapisało identyfikator internetowy inaczej, niż go podano, więc zapis został wycofany. Sprawdź w WAPRO, co zmienia to pole, potem wyślij zamówienie ponownie.",
    en: "WAPRO kept the internet id otherwise than it was given, so the write was rolled back. Look what changes that field in WAPRO, then send the order again.",
  },
  "erp-keys-disagree": ERP_UNCLEAR,
  "erp-many": ERP_UNCLEAR,
  "erp-no-number-format": ERP_INCOMPLETE,
  "erp-number-differs": {
    pl: "WAPRO zapisało numer zamówienia klienta inaczej, niż go podano, więc zapis został wycofany. Sprawdź w WAPRO, co zmienia ten numer, potem wyślij zamówienie ponownie.",
    en: "WAPRO kept the customer order number otherwise than it was given, so the write was rolled back. Look what changes that number in WAPRO, then send the order again.",
  },
  "erp-number-unproven": ERP_UNPROVEN,
  "erp-object-missing": {
    pl: "W bazie WAPRO brakuje procedury, tabeli lub kolumny, która była przy starcie mostu: zapewne WAPRO zaktualizowano. Uruchom most ponownie i przeczytaj, co mówi --probe, potem wyślij zamówienie ponownie.",
    en: "A procedure, a table or a column is missing in WAPRO's database that was there when the bridge started: WAPRO was updated, most likely. Start the bridge again and read what --probe says, then send the order again.",
  },
  "erp-order-shared": {
    pl: "Zamówienie w ERP powiązano z jednym zakupem po numerze, a zgłoszenie innego zakupu wskazuje je po identyfikatorze. Porównaj oba z zamówieniem w ERP i wpisz ręcznie ten, którego tam nie ma.",
    en: "An ERP order was linked to one purchase by its number, and the report of another one names it by its id. Compare both with the ERP order, and enter the one that is not in it by hand.",
  },
  "erp-own-id-lost": {
    pl: "WAPRO wyczyściło pole, w którym most zapisuje identyfikator Kojarza, więc zapis został wycofany. Wybierz w bridge.json inne wolne pole (ownColumn), potem wyślij zamówienie ponownie.",
    en: "WAPRO emptied the field in which the bridge keeps Kojarz's id, so the write was rolled back. Choose another free field in bridge.json (ownColumn), then send the order again.",
  },
  "erp-parameter-missing": {
    pl: "Procedura WAPRO wymaga parametru, którego most nie zna albo który nazywa się inaczej; szczegóły go wymieniają. Przekaż wynik --probe opiekunowi mostu, a zamówienie wpisz do ERP ręcznie.",
    en: "A procedure of WAPRO's needs a parameter that the bridge does not know, or that has another name; the detail names it. Pass what --probe says to whoever maintains the bridge, and enter the order in the ERP by hand.",
  },
  "erp-price-inexact": {
    pl: "Ceny pozycji nie da się zapisać w WAPRO co do grosza. Wpisz zamówienie do ERP ręcznie.",
    en: "The price of a line cannot be written in WAPRO to the grosz. Enter the order in the ERP by hand.",
  },
  "erp-refused": {
    pl: "ERP odrzucił zamówienie bez bliższego powodu. Sprawdź log ERP i usuń przyczynę, potem wyślij zamówienie ponownie; jeśli się nie da, wpisz je ręcznie.",
    en: "The ERP refused the order and gave no closer reason. Read the ERP's log and mend the cause, then send the order again; if it cannot be mended, enter it by hand.",
  },
  "erp-right-missing": {
    pl: "Login mostu nie ma prawa, którego wymaga zapis zamówienia; szczegóły mówią, do czego. Nadaj je w SQL Serverze (--probe wymienia brakujące), potem wyślij zamówienie ponownie.",
    en: "The bridge's login lacks a right that writing an order takes; the detail says to what. Grant it in SQL Server (--probe lists what is missing), then send the order again.",
  },
  "erp-service-missing": {
    pl: "W zamówieniu jest opłata, dla której most nie ma artykułu usługi; szczegóły podają, jakiego. Wpisz jego SKU w bridge.json (services), potem wyślij zamówienie ponownie.",
    en: "The order holds a fee for which the bridge has no service article; the detail names the kind. Set its SKU in bridge.json (services), then send the order again.",
  },
  "erp-sku-unknown": {
    pl: "Pozycja zamówienia nie pasuje do dokładnie jednego artykułu w magazynie; szczegóły podają SKU. Popraw kartotekę artykułów, potem wyślij zamówienie ponownie.",
    en: "A line does not fit exactly one article of the warehouse; the detail names the SKU. Correct the articles, then send the order again.",
  },
  "erp-text-too-long": {
    pl: "Tekst nie mieści się w kolumnie WAPRO, więc zapis został wycofany; szczegóły mówią, przy której instrukcji. Przekaż wynik --probe opiekunowi mostu, a zamówienie wpisz do ERP ręcznie.",
    en: "A text does not fit its column in WAPRO, so the write was rolled back; the detail says at which statement. Pass what --probe says to whoever maintains the bridge, and enter the order in the ERP by hand.",
  },
  "erp-total-differs": {
    pl: "Wartość zamówienia w WAPRO wyszła inna, niż zapłacił klient, więc zapis został wycofany. Sprawdź rabaty i stawki VAT w WAPRO, potem wyślij zamówienie ponownie.",
    en: "The total in WAPRO came out otherwise than the buyer paid, so the write was rolled back. Look at discounts and VAT rates in WAPRO, then send the order again.",
  },
  "erp-total-not-in-lines": {
    pl: "Pozycje, dostawa i opłaty nie sumują się do wartości zamówienia; szczegóły podają kwoty i pole. Wpisz zamówienie do ERP ręcznie.",
    en: "Lines, shipping and fees do not add up to what the order is worth; the detail gives the amounts and the field. Enter the order in the ERP by hand.",
  },
  "erp-trace": ERP_UNPROVEN,
  "erp-transaction-lost": {
    pl: "Procedura WAPRO zakończyła transakcję, w której most ją wywołał, więc nic nie zostało zapisane. Pokaż partnerowi WAPRO log mostu i procedury z wyzwalaczami, a zamówienie wpisz do ERP ręcznie.",
    en: "A procedure of WAPRO ended the transaction in which the bridge called it, so nothing was written. Show the bridge's log, the procedures and their triggers to your WAPRO partner, and enter the order in the ERP by hand.",
  },
  "erp-vat-code-unknown": {
    pl: "Stawka VAT lub zwolnienie z zamówienia nie ma kodu w WAPRO; szczegóły podają, które. Wpisz kod w bridge.json (vatCodes), potem wyślij zamówienie ponownie.",
    en: "A VAT rate or exemption of the order has no code in WAPRO; the detail names it. Set the code in bridge.json (vatCodes), then send the order again.",
  },
  "erp-vat-unknown": {
    pl: "Źródło nie podało stawki VAT, a artykuł w WAPRO też jej nie podaje; szczegóły podają SKU. Uzupełnij stawkę w kartotece artykułów, potem wyślij zamówienie ponownie.",
    en: "The source names no VAT, and the article in WAPRO tells none either; the detail names the SKU. Set the rate at the article, then send the order again.",
  },
  "error-object": {
    pl: "Sklep wysłał w webhooku komunikat błędu zamiast zamówienia. Sprawdź w WooCommerce, kto jest właścicielem webhooka i czy może czytać zamówienia; brakujące zamówienie doczyta odpytywanie, o ile jest włączone.",
    en: "The shop sent an error instead of an order in its webhook. Look in WooCommerce whose webhook it is and whether that user may read orders; polling fetches the missing order where it is configured.",
  },
  "event-without-addresses": eventWithout("addresses"),
  "event-without-amounts": eventWithout("grand_total, row_total"),
  "event-without-items": eventWithout("items"),
  "event-without-order_currency_code": eventWithout("order_currency_code"),
  "event-without-relation_child_id": eventWithout("relation_child_id"),
  "event-without-relation_parent_id": eventWithout("relation_parent_id"),
  "event-without-shipping_amount": eventWithout("shipping_amount"),
  "export-shop-unknown": {
    pl: 'BaseLinker eksportuje zamówienia z marketplace do sklepu, a skonfigurowano kilka sklepów; zamówienia idą dalej i łączą się tam, gdzie zgadza się kwota. Ustaw exportShop przy koncie BaseLinkera: jeden sklep, kilka albo "none".',
    en: 'BaseLinker exports marketplace orders to a shop, and several shops are configured; the orders go on, and join a shop\'s where totals agree. Set exportShop at the BaseLinker account: one shop, several, or "none".',
  },
  "given-up": {
    pl: "Zamówienia w tym statusie czekały u źródła do końca terminu (waitingDays) i nie trafiły do ERP; licznik mówi, ile ich było. Jeśli to prawdziwe zamówienia, dopisz status do ustawienia i wpisz je ręcznie, jeśli porzucone koszyki, nic nie rób.",
    en: "Orders in this status waited at their source until their time (waitingDays) was over and did not reach the ERP; the count says how many. If they are orders, add the status to the setting and enter them by hand; if abandoned carts, do nothing.",
  },
  "gone-at-source": {
    pl: "Źródło nie ma już zamówienia, które zgłosiło jako gotowe: usunięto je tam albo połączono z innym. Jeśli jego towary są w innym zamówieniu, nic nie rób; jeśli nie, a zamówienie jest w ERP, anuluj je tam.",
    en: "The source no longer has an order that it had reported as ready: it was deleted there, or merged into another one. If its goods are in another order, do nothing; if not, and the ERP has it, cancel it there.",
  },
  "id-changed": {
    pl: "Źródło podało przy znanym już zamówieniu inny identyfikator niż poprzednio. Porównaj zamówienie w źródle i w ERP; jeśli to inny zakup, wpisz go ręcznie.",
    en: "A source gave an order that it had reported before another id. Compare the order at the source and in the ERP; if it is another purchase, enter it by hand.",
  },
  "id-disputed": {
    pl: "BaseLinker (lub inny pośrednik) podał numer, który według sklepu ma inne zamówienie, na inną kwotę lub innego kupującego; szczegóły podają oba i oba idą do ERP. Jeśli to jeden zakup, anuluj jedno z nich; jeśli zdarza się to często, sprawdź field i exportShop przy koncie BaseLinkera.",
    en: "BaseLinker (or another relay) gave a number that by the shop's own word is another order's, with another total or another buyer; the detail names both, and both go to the ERP. If they are one purchase, cancel one of them; if it happens often, look at field and exportShop of the BaseLinker account.",
  },
  "id-in-every-order": {
    pl: "Wtyczka zapisuje ten sam identyfikator w różnych zamówieniach, więc Kojarz nie rozpoznaje już po nim zakupów. Dopisz wskazane pole do ignoreFields tego konta; zamówień nie trzeba poprawiać.",
    en: "A plugin writes one and the same id into different orders, so Kojarz recognises no purchase by it any more. Add the field that is named to ignoreFields of the account; no order has to be corrected.",
  },
  "id-total-differs": SECOND_HAND,
  "id-total-unknown": SECOND_HAND,
  "ids-taken": {
    pl: "Wszystkie identyfikatory zgłoszenia należą już do innych zamówień, choć to inny zakup. Porównaj je i wpisz brakujący zakup do ERP ręcznie.",
    en: "All ids of this report belong to other orders already, though it is another purchase. Compare them, and enter the purchase that is missing in the ERP by hand.",
  },
  "in-erp-though-excluded": {
    pl: 'Zamówienie, które wysyła samo Allegro (One Fulfillment), trafiło do ERP, zanim Allegro je zgłosiło. Anuluj je w ERP albo ustaw oneFulfillment na "forward".',
    en: 'An order that Allegro itself ships (One Fulfillment) reached the ERP before Allegro told of it. Cancel it in the ERP, or set oneFulfillment to "forward".',
  },
  "incomplete-order": UNREADABLE,
  "journal-gap": {
    pl: "Dziennik zdarzeń nie był czytany dłużej, niż platforma go pamięta (Allegro 60 dni, BaseLinker 3 dni). Porównaj zamówienia od podanej chwili z listą na platformie: brakujące wpisz do ERP ręcznie, zmienione i anulowane popraw.",
    en: "A journal was not read for longer than the platform keeps it (Allegro 60 days, BaseLinker 3 days). Compare the orders since the time named with the platform's list: enter what is missing in the ERP by hand, correct what was changed or cancelled.",
  },
  "marketplace-id-missing": {
    pl: "Zamówienie ze sklepu wygląda na zamówienie z Allegro, ale nie ma jego identyfikatora, więc może przyjść drugi raz z Allegro lub BaseLinkera. Wskaż pole z identyfikatorem w marketplaceFields; jeśli zamówienia nie ma w żadnym z nich, wpisz je do ERP ręcznie.",
    en: "A shop's order says to be Allegro's and carries no id of it, so it may come again from Allegro or BaseLinker. Name the field with the id in marketplaceFields; if the order is in neither, enter it in the ERP by hand.",
  },
  "no-lines": {
    pl: "Gotowe zamówienie nie ma żadnych towarów. Uzupełnij je u źródła, a wejdzie samo; jeśli jest zbędne, anuluj je tam.",
    en: "A ready order has no goods. Complete it at its source, and it comes in by itself; if it is needless, cancel it there.",
  },
  "no-order-id": {
    pl: "Sklep zgłosił zmianę, ale nie podał, którego zamówienia. Sprawdź ustawienia webhooka lub modułu w sklepie; zamówienie doczyta odpytywanie.",
    en: "The shop told of a change without naming the order. Look at the settings of the webhook or the module in the shop; polling fetches the order.",
  },
  "no-recipient": {
    pl: "Zdarzenie Adobe nie mówi, dla kogo jest, więc może należeć do innego klienta. Sprawdź rejestrację w Adobe I/O i porównaj zamówienia ze sklepem.",
    en: "Adobe's event does not say whom it is for, so it may be another customer's. Look at the registration in Adobe I/O, and compare the orders with the shop.",
  },
  "no-usable-key": {
    pl: "Zgłoszenie nie ma ani identyfikatora, ani numeru zamówienia, po którym można je rozpoznać. Sprawdź zamówienie w źródle i wpisz je do ERP ręcznie.",
    en: "The report carries neither an id nor an order number by which it could be recognised. Look at the order at its source, and enter it in the ERP by hand.",
  },
  "not-a-form-id": {
    pl: "BaseLinker podaje przy zamówieniu z Allegro coś innego niż identyfikator formularza Allegro. Porównaj z Allegro; jeśli zamówienia tam nie ma, wpisz je do ERP ręcznie.",
    en: "BaseLinker names an Allegro order by something else than its form id. Compare with Allegro; if the order is not there, enter it in the ERP by hand.",
  },
  "not-an-event": UNREADABLE_MESSAGE,
  "not-an-order": UNREADABLE_MESSAGE,
  "not-from-a-marketplace": {
    pl: "BaseLinker wysłał plikiem wymiany zamówienie ze sklepu albo zwrot, a tą drogą mają przychodzić tylko zamówienia z marketplace. Wyłącz w BaseLinkerze wysyłanie takich zamówień; sklep zgłosi je sam.",
    en: "BaseLinker pushed a shop's order or a return over the exchange file, which is for marketplace orders only. Stop BaseLinker from sending those; the shop reports them itself.",
  },
  "not-json": UNREADABLE_MESSAGE,
  "not-the-same-order": {
    pl: "Sklep podał znany identyfikator z inną datą złożenia, innym kupującym i inną kwotą, więc to inny zakup. Jeśli sklep postawiono od nowa, dodaj go jako nowe konto, a to zamówienie wpisz do ERP ręcznie.",
    en: "The shop gave a known id with another time of placing, another buyer and another total, so it is another purchase. If the shop was set up anew, add it as a new account, and enter this order in the ERP by hand.",
  },
  "number-not-told": {
    pl: "Numeru zamówienia z ERP nie udało się zapisać w BaseLinkerze przez około dwa dni. Sprawdź token i pole w BaseLinkerze i wpisz numer ręcznie; szczegóły go podają.",
    en: "The ERP's order number could not be written to BaseLinker for about two days. Look at the token and the field in BaseLinker, and enter the number by hand; the detail has it.",
  },
  "number-of-several-orders": {
    pl: "Kilka zamówień w Magento ma ten sam numer, więc nie wiadomo, którego dotyczy zgłoszenie. Porównaj je z ERP i wpisz brakujące ręcznie.",
    en: "Several orders in Magento carry the same number, so nobody can tell which one was meant. Compare them with the ERP, and enter what is missing by hand.",
  },
  "number-total-differs": POSSIBLY_THE_SAME,
  "number-total-unknown": TOTAL_TO_COMPARE_UNKNOWN,
  "old-and-paid-now": {
    pl: "Zamówienie złożono dawno temu, a opłacono teraz, więc Kojarz nie pamięta już, czy jest w ERP. Poszukaj go w ERP po numerze; jeśli go nie ma, wpisz je ręcznie.",
    en: "The order was placed long ago and paid now, so Kojarz no longer remembers whether the ERP has it. Look for it in the ERP by its number; if it is not there, enter it by hand.",
  },
  "older-than-start": {
    pl: "Zdarzenie dotyczy zamówienia złożonego na długo przed pierwszym odczytem tego konta, a konto nie ma ustawienia acceptFrom. Jeśli nie ma go w ERP, wpisz je ręcznie; na przyszłość ustaw acceptFrom.",
    en: "An event names an order from long before this account was first read, and the account has no acceptFrom. If it is not in the ERP, enter it by hand; for the future set acceptFrom.",
  },
  "other-shop": {
    pl: "Wiadomość ma poprawny podpis, ale wysłał ją inny sklep, zwykle kopia testowa; szczegóły podają jego adres. Usuń webhooki w kopii albo, jeśli to ten sam sklep, dopisz ten adres do alsoKnownAs.",
    en: "The message is signed correctly, but another shop sent it, most often a staging copy; the detail has its address. Delete the webhooks in the copy or, if it is the same shop, add that address to alsoKnownAs.",
  },
  "other-reading-fits": {
    pl: 'Numer z BaseLinkera pasuje do zamówienia sklepu o równej kwocie, ale wbrew ustawieniu field. Popraw field ("auto"); wpisz zamówienie ręcznie tylko, jeśli to inny zakup, a jeśli szczegóły podają dwa zamówienia jednego zakupu, anuluj jedno z nich.',
    en: "BaseLinker's number fits a shop's order of an equal total, but against the setting field. Correct field (\"auto\"); enter the order by hand only if it is another purchase, and where the detail names two orders of one purchase, cancel one of them.",
  },
  "part-not-covered": {
    pl: "Od zamówienia oddzielono część, a odczytane ponownie razem mają więcej, niż trafiło do ERP. Porównaj je z zamówieniem w ERP i wpisz ręcznie tylko towary, których tam nie ma.",
    en: "A part was split off an order, and read again they are together more than what went to the ERP. Compare them with the ERP order, and enter by hand only the goods that it lacks.",
  },
  "point-not-found": {
    pl: "Zamówienie jedzie do paczkomatu lub punktu odbioru, a żadne znane pole nie mówi do którego; trafiło do ERP bez punktu (zgłaszane raz na konto). Sprawdź w źródle, w którym polu wtyczka zapisuje punkt, i wpisz je w pointFields tego konta.",
    en: "An order goes to a parcel locker or a pick-up point, and no field that is known says to which; it went on without one (told once an account). Look at the source in which field the plugin keeps the point, and name it in pointFields of this account.",
  },
  "ready-though-cancelled": {
    pl: "Kopia albo integrator anulował zamówienie, a potem jego własne źródło zgłosiło je jako gotowe. Jeśli w źródle nie jest anulowane, wpisz je do ERP ręcznie.",
    en: "A copy or an integrator cancelled the order, and then its own source reported it as ready. Unless it is cancelled at its source, enter it in the ERP by hand.",
  },
  refunded: {
    pl: "Źródło zwróciło klientowi część lub całość zapłaty. Popraw zamówienie w ERP: korekta lub zwrot.",
    en: "The source paid the buyer back, in part or in full. Change the order in the ERP: a correction or a return.",
  },
  "revived-after-erp-cancel": REVIVED,
  "revived-at-same-version": REVIVED,
  "revived-while-cancelling": REVIVED,
  "same-cart": {
    pl: "Z jednego koszyka powstały dwa zamówienia o tych samych towarach, więc tego nie wysłano. Sprawdź, czy klient kupił raz, czy dwa razy: zbędne anuluj w sklepie, a potrzebne wpisz do ERP ręcznie.",
    en: "One cart was made into two orders of the same goods, so this one was not sent. See whether the buyer bought once or twice: cancel a needless one in the shop, and enter one that is wanted in the ERP by hand.",
  },
  "stale-and-differs": {
    pl: "Przyszła starsza wiadomość, która mówi co innego niż nowsza, a źródła nie da się zapytać. Porównaj zamówienie w źródle z ERP; jeśli się zgadzają, nic nie rób.",
    en: "An older message came that says otherwise than a newer one, and its source cannot be asked. Compare the order at its source with the ERP; if they agree, do nothing.",
  },
  "status-not-configured": {
    pl: "Zamówienia czekają w statusie, którego nie ma w żadnym ustawieniu. Jeśli mają trafiać do ERP, dopisz go do wskazanego ustawienia; jeśli mają czekać, do waitingStatuses (waitingStates).",
    en: "Orders wait in a status that stands in no setting. If they are to go to the ERP, add it to the setting that is named; if they are to wait, to waitingStatuses (waitingStates).",
  },
  surcharge: {
    pl: "Klient dopłacił do zamówienia: dopłaty Allegro nie ma w żadnej pozycji ani w kwocie. Jeśli należy do zamówienia, dopisz ją w ERP.",
    en: "The buyer paid more on top: Allegro's surcharge is in no line and not in the total. If it belongs to the order, add it in the ERP.",
  },
  "taken-in-shadow": {
    pl: "Zakup przyszedł w trybie podglądu (shadow), złożono go przed chwilą liveFrom, a w ERP go nie ma. Sprawdź w ERP: jeśli go brakuje, naciśnij „Wyślij ponownie”; jeśli jest pod innym numerem, naciśnij „Wpisano ręcznie” i podaj ten numer.",
    en: "The purchase came in shadow mode, was placed before liveFrom, and is not in the ERP. Look in the ERP: if it is missing, press “Send again”; if it is there under another number, press “Entered by hand” and give that number.",
  },
  "too-large": {
    pl: "Zamówienie jest większe, niż da się zapisać. Wpisz je do ERP ręcznie.",
    en: "The order is larger than the store takes. Enter it in the ERP by hand.",
  },
  "too-many-lines": {
    pl: "Zamówienie ma więcej niż 2000 pozycji. Wpisz je do ERP ręcznie.",
    en: "The order has more than 2,000 lines. Enter it in the ERP by hand.",
  },
  "too-many-orders": {
    pl: "BaseLinker zgłosił naraz zmianę ponad 1000 zamówień. Powtórz tę zmianę w BaseLinkerze w mniejszych grupach.",
    en: "BaseLinker told of a change of more than 1,000 orders at once. Repeat the change in BaseLinker in smaller groups.",
  },
  "total-differs": {
    pl: "Integrator zgłasza zakup na inną kwotę, niż sprzedał marketplace, na przykład po połączeniu, podziale lub edycji. Porównaj zamówienie w ERP z marketplace i popraw je; nie wpisuj drugiego.",
    en: "An integrator reports the purchase with another total than the marketplace sold, as after orders were merged, split or edited. Compare the ERP order with the marketplace's and correct it; enter no second one.",
  },
  "total-unknown": {
    pl: "Źródło nie podaje kwoty zamówienia lub jego waluty. Gdy następne zgłoszenie ją poda, zamówienie pójdzie samo; pilne wpisz do ERP ręcznie.",
    en: "The source does not say the total of the order, or its currency. It goes on by itself once a report says it; if it is urgent, enter it in the ERP by hand.",
  },
  "trace-against-id": POSSIBLY_THE_SAME,
  "trace-ambiguous": {
    pl: "Podany numer to identyfikator jednego zamówienia i numer innego, a kwoty są równe. Sprawdź, którego dotyczy; oba idą do ERP, a jedno mogło tam pójść z towarami drugiego.",
    en: "The number given is the id of one order and the number of another, with equal totals. See which of the two it is; both go to the ERP, and one may have gone there with the goods of the other.",
  },
  "trace-date-differs": POSSIBLY_THE_SAME,
  "trace-total-differs": POSSIBLY_THE_SAME,
  "trace-total-unknown": TOTAL_TO_COMPARE_UNKNOWN,
  "two-orders": {
    pl: "Zgłoszenie pokazało, że dwa zamówienia są jednym zakupem; szczegóły podają oba. Anuluj jedno z nich w ERP.",
    en: "A report showed that two orders are one purchase; the detail names both. Cancel one of them in the ERP.",
  },
  "two-orders-cancelled": {
    pl: "Anulowano zakup, który jest w ERP jako dwa zamówienia; szczegóły podają oba. Anuluj oba w ERP.",
    en: "A purchase was cancelled that is in the ERP as two orders; the detail names both. Cancel both in the ERP.",
  },
  "unknown-status": {
    pl: "Allegro podaje status zamówienia, którego Kojarz nie zna. Sprawdź zamówienie w Allegro; jeśli jest opłacone, wpisz je do ERP ręcznie i zgłoś nowy status opiekunowi Kojarza.",
    en: "Allegro gives the order a status that Kojarz does not know. Look at it in Allegro; if it is paid, enter it in the ERP by hand, and tell whoever maintains Kojarz of the new status.",
  },
  "unmapped-source": {
    pl: "BaseLinker zna sklep lub konto, którego nie ma w ustawieniu sources. Dodaj je: zamówienie wejdzie samo w ciągu sześciu godzin.",
    en: "BaseLinker knows a shop or an account that is not in the setting sources. Add it: the order comes in by itself within six hours.",
  },
  "unready-after-delivery": {
    pl: "ERP ma to zamówienie, a jego źródło je cofnęło: płatność się nie powiodła albo zamówienie usunięto. Sprawdź je w źródle; jeśli nie jest aktualne, anuluj je w ERP.",
    en: "The ERP has the order, and its source took it back: the payment failed, or the order was removed. Look at it at its source; if it no longer stands, cancel it in the ERP.",
  },
  "unreadable-amount": {
    pl: "Kwoty zamówienia nie da się odczytać. Popraw ceny i koszt dostawy w BaseLinkerze: zamówienie wejdzie samo.",
    en: "An amount of the order cannot be read. Correct prices and delivery cost in BaseLinker: the order then comes in by itself.",
  },
  "unreadable-event": {
    pl: "Zdarzenia z dziennika Allegro albo BaseLinkera nie da się odczytać. Treść jest zachowana: zgłoś ją opiekunowi Kojarza; samo zamówienie zwykle dochodzi z listy zamówień.",
    en: "An event of the journal of Allegro or BaseLinker cannot be read. Its text is kept: pass it to whoever maintains Kojarz; the order itself usually comes by the list of orders.",
  },
  "unreadable-form": UNREADABLE,
  "unreadable-line": UNREADABLE,
  "unreadable-order": UNREADABLE,
};

/** A reason that the bridge makes of an error's number. */
const ERP_SQL: Meaning = {
  pl: "SQL Server odrzucił zapis do WAPRO; liczba w powodzie to numer błędu. Przeczytaj log mostu, usuń przyczynę i wpisz zamówienie do ERP ręcznie.",
  en: "SQL Server refused the write to WAPRO; the number in the reason is its error's. Read the bridge's log, remove the cause, and enter the order in the ERP by hand.",
};

const ANY_OTHER: Meaning = {
  pl: "Powód podany przez ERP lub most; pełny jest w logu. Sprawdź zamówienie w ERP i jeśli go tam nie ma, wpisz je ręcznie.",
  en: "A reason that the ERP or the bridge gave; the log has it in full. Look for the order in the ERP, and if it is not there, enter it by hand.",
};

export function meaningOf(reason: string): Meaning {
  if (/^erp-sql-\d+$/.test(reason)) return ERP_SQL;
  const known = heldReason(reason);
  return known === "other" ? ANY_OTHER : MEANINGS[known];
}

/** Every meaning once, with the reasons that share it: those of the metric first, then what it counts as `other`. */
export function meanings(): Array<{ reasons: string[]; meaning: Meaning }> {
  const shared = Map.groupBy(HELD_REASONS, (reason) => MEANINGS[reason]);
  return [
    ...[...shared].map(([meaning, reasons]) => ({ reasons, meaning })),
    { reasons: ["other: erp-sql-N"], meaning: ERP_SQL },
    { reasons: ["other"], meaning: ANY_OTHER },
  ];
}
