import type { Analyzer } from "../core/manifest.ts";

/**
 * Words that say nothing about what a site is about, by the analyzer of their language, without accents: articles,
 * pronouns, prepositions, conjunctions, auxiliary verbs, and the verbs and adverbs that every manual is full of.
 */
const LISTS: Readonly<Partial<Record<Analyzer, string>>> = {
  english:
    "a about above after again all allow allows already also always am among an and another any anything are as at available " +
    "based be because been before being below best better between both but by call called calls can cannot case cases " +
    "certain come comes contain contains could create created creates currently default did different do does doesn doing " +
    "don done each easily either else enough etc even every everything example examples few find first following for form " +
    "from full further get gets getting give given gives go goes going good had has have having he help helps her here his " +
    "how however i if in instead into is isn it its itself just keep kind know last later learn least less let lets like " +
    "likely ll long look made make makes making many may me mean means might more most much must my name named need needed " +
    "needs never new next no non none not note nothing now of off often old on once one only or other others otherwise our " +
    "out over own part particular please possible provide provided provides put rather re read really required requires " +
    "right s same say see seen several shall she should show shown shows similar simple simply since so some something " +
    "specific specified specify start still such sure t take takes than that the their them then there these they thing " +
    "things this those though three through to together too try turn two under until up upon us use used useful user uses " +
    "using usually value values ve very via want was way ways we well were what when where whether which while who whole " +
    "whose why will with within without won work works would write yes yet you your",
  french:
    "a afin ai ainsi alors apres au aucun aura aussi autre autres aux avait avant avec avez avoir avons bien c car ce ceci " +
    "cela celle celui ces cet cette chaque ci comme comment d dans de deja depuis des deux devez doit doivent donc dont du " +
    "elle elles en encore entre es est et etaient etait ete etes etre eu faire fait faut fois font il ils j je jusqu l la " +
    "le les leur leurs lors lorsque lui m ma mais me meme memes mes moins mon n ne nos notre nous on ont or ou par parce " +
    "pas permet peut peuvent plus plusieurs pour pourquoi pouvez puis qu quand que quel quelle quelques qui quoi s sa sans " +
    "se sera ses seulement si soit son sont sous sur t ta tel telle tes toi ton toujours tous tout toute toutes tres tu un " +
    "une utiliser utilise vers voici voir vos votre vous y",
  german:
    "ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim bereits bin " +
    "bis bist bitte da dabei dadurch dafur damit danach dann daran darauf das dass dazu dein deine dem den denn der deren des " +
    "dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines einige er erst " +
    "es etwa etwas euch folgende folgenden folgender folgendes fur ganz gegen gibt haben hat hatte hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im " +
    "immer in indem ins ist ja jede jedem jeden jeder jedes jedoch jetzt kann kannst kein keine keinen konnen konnte konnten lassen mal " +
    "man mehr mein meine mit mochten muss mussen musst nach neben neue neuen nicht nichts noch nun nur ob oder ohne schon sehr " +
    "sein seine seinem seinen seiner seit sich sie siehe sind so sobald soll sollte sollten sollst somit sondern sowie uber um " +
    "und uns unser unter viel viele vom von vor wann war waren warum was weil weitere weiteren welche welcher wenn wer " +
    "werden wie wieder willst wir wird wirst wo wurde wurden zu zum zur zwei zwischen",
  italian:
    "a abbiamo ad agli ai al alla alle allo altra altre altri altro anche ancora avere c che chi ci cio cioe come con cosa " +
    "cosi cui d da dagli dai dal dalla dalle dallo degli dei del della delle dello deve devi di dopo dove due e ed era " +
    "essere fa fare gia gli ha hai hanno ho i il in io l la le lei lo loro lui ma mentre mi mio molto ne negli nei nel " +
    "nella nelle nello no noi non nostro o ogni oppure ora per perche piu poi possono prima proprio puo puoi qualche " +
    "quale quali quando quanto quella quelle quelli quello questa queste questi questo qui quindi sara se sei sempre senza " +
    "si sia solo sono sopra sotto stata stati stato su sua sue sugli sui sul sulla sulle suo suoi te ti tra tu tutte " +
    "tutti tutto un una uno usare vi viene voi vostro",
  portuguese:
    "a ainda alem algum alguma algumas alguns ao aos apenas apos aquela aquele as ate cada com como da dar das de dela " +
    "dele depois desde dessa desse desta deste deve do dois dos e ela elas ele eles em entao entre era essa essas esse " +
    "esses esta estao estar estas estava este estes estou eu exemplo fazer foi foram ha isso isto ja la lhe mais mas me " +
    "mesma mesmo meu minha muito na nao nas nem nenhum no nos nossa nosso num numa o onde os ou outra outras outro outros " +
    "para pela pelas pelo pelos per pode podem por porque pouco precisa primeiro qual qualquer quando que quem sao se sem " +
    "sempre sendo ser sera seu seus sim so sobre sua suas tambem te tem tempo ter teu toda todas todo todos tu tudo um " +
    "uma umas usando usar uso uns voce voces",
  russian:
    "а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее если есть " +
    "еще же за здесь и из или им их к как какой когда которая которого которое которой которые который которых кто ли либо " +
    "лучше между меня мне можно мой мы на над надо нам нас не него нее нет ни них но нужно о об однако один он она они оно " +
    "от очень перед по под после потом потому почему при про раз с сам свой себя сейчас со так также такие такой там тем то " +
    "тогда того тоже только том тот у уже через чего чем что чтобы эта эти этих это этого этой этом этот эту я",
  spanish:
    "a actualmente ademas ahora al algo algun alguna algunas alguno algunos alli ambos ante antes aqui aquel asi aun " +
    "aunque bajo bien cada casi como con cosa cual cuales cualquier cuando cuanto cuyo da dado de debe deben debes del " +
    "desde despues donde dos durante e el ella ellas ellos en entonces entre era eres es esa esas ese eso esos esta estan " +
    "estar estas este esto estos etc fue fueron ha haber hace hacer hacia han hasta hay incluso la las le les lo los luego " +
    "mas me mediante mejor menos mi mientras mis mismo mucho muchos muy nada ni ningun no nos nosotros nuestra nuestro o " +
    "os otra otras otro otros para pero poder podemos por porque primero pueda puede pueden puedes pues que quien quiere se " +
    "sea segun ser sera si siempre sin sino sobre solo son su sus tal tambien tan tanto te tendra tener tiene tienen toda " +
    "todas todo todos tras tu tus un una unas uno unos usa usando usar uso usted varios ver vez y ya yo",
};

const WORDS = new Map(Object.entries(LISTS).map(([analyzer, list]) => [analyzer, new Set(list.split(" "))]));
const NONE: ReadonlySet<string> = new Set();

/** Folded words that no suggestion of frequent words should consist of; none for a language that has no list. */
export function functionWords(analyzer: Analyzer): ReadonlySet<string> {
  return WORDS.get(analyzer) ?? NONE;
}
