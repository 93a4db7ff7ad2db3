/** What words say of a tool. Verbs are in their base form; `verbOf` also knows the third person. */
import type { Category } from './category.ts';

const words = (text: string) => text.trim().split(/\s+/);

const VERB_LISTS: Readonly<Record<Category, string[]>> = {
  Read: words(`
    get list read search find fetch query show view describe lookup look retrieve count check inspect browse explore analyze analyse
    summarize summarise compare preview track monitor watch explain validate verify calculate compute estimate predict forecast detect
    diff help ping discover peek extract parse recommend suggest ask translate scrape lint review audit observe measure trace tail see
    identify classify rank sort filter recall geocode snapshot screenshot return enumerate examine obtain provide display tell lookup
    gather collect load learn whoami resolve report perform answer give echo`),
  Write: words(`
    create add insert update edit modify set put patch write save store upsert append rename move copy upload download post publish send
    reply comment share invite assign unassign label tag notify schedule import export sync merge apply submit register enable disable
    configure change toggle mark pin unpin star follow unfollow like archive unarchive restore convert generate make draft log record
    attach link replace fork clone commit push pull rebase stage mute unmute approve reject close reopen lock unlock accept decline
    subscribe unsubscribe transfer migrate rotate increment resize format transform compress init initialize allocate scaffold design
    draw produce request complete finish remember vote react define extend duplicate organize organise flag annotate bookmark ingest
    manage email message tweet announce broadcast populate fix refactor revert rollback sign tokenize persist`),
  Execute: words(`
    run rerun exec execute eval evaluate invoke trigger launch start stop restart build deploy redeploy compile install click type press
    scroll drag hover navigate open focus maximize minimize wait sleep activate deactivate spawn debug simulate dispatch boot reboot pause
    resume play tap swipe automate test benchmark train render synthesize speak connect disconnect login authenticate impersonate
    orchestrate delegate handle fill control interact switch fuzz exploit`),
  Destructive: words(`
    delete del remove rm drop destroy purge wipe erase truncate uninstall unpublish revoke cancel terminate kill reset clear empty prune
    flush expunge evict deprovision decommission teardown unlink discard trash nuke ban kick shred overwrite shutdown unregister
    deregister expire rmdir`),
  Financial: words(`
    pay refund charge buy sell purchase swap withdraw deposit stake unstake borrow lend repay payout topup trade donate liquidate mint
    burn bid wager bet spend remit reimburse disburse`),
};

const VERBS = new Map<string, Category>();
for (const [category, verbs] of Object.entries(VERB_LISTS) as [Category, string[]][]) for (const verb of verbs) VERBS.set(verb, category);

export interface Verb {
  verb: string;
  category: Category;
}

/** Reads `delete`, `deletes`, `fetches`, `queries`, `re-runs`; not `deleted` or `deletion`, which speak of a state or a thing. */
export function verbOf(word: string): Verb | null {
  for (const verb of [word, word.replace('-', ''), word.replace(/ies$/, 'y'), word.replace(/es$/, ''), word.replace(/s$/, '')]) {
    const category = VERBS.get(verb);
    if (category) return { verb, category };
  }
  return null;
}

/** Verbs that are as often nouns: in the middle of a text they say nothing. */
export const ALSO_NOUNS: ReadonlySet<string> = new Set(
  words(`
    run build test post comment open type press start stop set like star tag label log record link mark pin report view transfer schedule
    wait focus request format copy share change update charge trade bid bet stake deposit order email message tweet play control query
    search list review audit track trace tail rank sort filter answer help look check count show display design draft stage switch handle
    drop reset empty clear swap burn mint purchase refund cancel spend export import download upload render fix trash flush connect move
    complete close lock sign archive fork clone commit push pull merge patch drag click scroll tap debug boot train expire vote flag
    make return perform resume pause delegate exploit dispatch broadcast`),
);

/** Verbs of a description that do not raise a tool whose name says that it reads: a summary that is generated changes nothing. */
export const WEAK: ReadonlySet<string> = new Set(
  words('generate produce make build convert transform format render run perform compute handle'),
);

/** What is moved when money moves. */
export const MONEY: ReadonlySet<string> = new Set(
  words(`
    payment payments refund refunds payout payouts invoice invoices charge charges fee fees loan loans checkout leverage margin funds fund
    money withdrawal withdrawals deposit deposits billing purchase escrow`),
);

/** What is money when it is sent, transferred or swapped. */
export const ASSETS: ReadonlySet<string> = new Set(
  words(`
    token tokens asset assets crypto coin coins sol eth btc usdc usdt xrp bnb balance nft nfts spl erc20 payment wire bank lamports sats
    bitcoin ether satoshis dollars euros cash money funds`),
);

/** Verbs that pass something on to somebody. */
export const HAND_OVER: ReadonlySet<string> = new Set(words('send transfer move bridge swap withdraw make create submit'));

/** Kinds of order at an exchange or shop. */
export const ORDER_VERBS: ReadonlySet<string> = new Set(words('create place submit make send add open execute'));

/** Whoever acts here drives a live session. */
export const LIVE_SESSION: ReadonlySet<string> = new Set(
  words('browser keyboard mouse window terminal shell desktop cli bash powershell repl ssh'),
);

/** Nouns that name something to look at, when no verb says otherwise. */
export const LOOKED_AT: ReadonlySet<string> = new Set(
  words(
    'feed price prices status info information history directions metrics stats statistics logs docs documentation timeline overview quote',
  ),
);

/** Chinese descriptions, as they are common in public indexes. */
export const CHINESE: readonly [RegExp, Category][] = [
  [/支付|付款|转账|退款|购买|充值/u, 'Financial'],
  [/删除|移除|清空|销毁|注销/u, 'Destructive'],
  [/执行|运行|启动|部署|点击/u, 'Execute'],
  [/创建|更新|修改|写入|发送|发布|导出|上传|保存|添加/u, 'Write'],
  [/搜索|查询|获取|取得|读取|列出|查看|检索/u, 'Read'],
];
