/** What a page of a real site must hold, written by hand from its HTML. Short phrases only: the texts are others'. */
export interface ExpectedPage {
  readonly file: string;
  readonly title: string;
  readonly language?: string;
  readonly trail?: readonly string[];
  /** Anchor → heading and a phrase that must stand in that section and no other. `""` is the part before all headings. */
  readonly sections: Readonly<Record<string, readonly [heading: string, phrase: string]>>;
}

/** A site of `shared/data/sites`. */
export interface ExpectedSite {
  readonly archive: string;
  /** Pages found in the whole site, next to those that data/README.md counts; the rest is explained beside. */
  readonly found: { readonly files: number; readonly pages: number };
  /** Surroundings that must be in the text of no page. */
  readonly absent: readonly RegExp[];
  readonly pages: readonly ExpectedPage[];
}

export const EXPECTED_SITES: readonly ExpectedSite[] = [
  {
    archive: "vuejs-docs",
    // Without 404.html and the two pages that only scripts fill, examples/ and tutorial/.
    found: { files: 111, pages: 108 },
    absent: [
      /Skip to content/,
      /On this page/,
      /Edit this page/,
      /Main Navigation/,
      /free video lesson/,
      /Permalink/,
      /\u200B/,
      /API Preference\?/,
    ],
    pages: [
      {
        file: "guide/essentials/computed.html",
        title: "Computed Properties",
        language: "en-US",
        trail: ["Essentials"],
        sections: {
          "basic-example": ["Basic Example", "In-template expressions are very convenient"],
          "computed-caching-vs-methods": ["Computed Caching vs. Methods", "by invoking a method in the expression"],
          "writable-computed": ["Writable Computed", "Computed properties are by default getter-only"],
          previous: ["Getting the Previous Value", "Only supported in 3.4+"],
          "getters-should-be-side-effect-free": [
            "Getters should be side-effect free",
            "should only perform pure computation",
          ],
        },
      },
      {
        file: "guide/introduction.html",
        title: "Introduction",
        sections: {
          "": ["", "You are reading the documentation for Vue 3!"],
          "what-is-vue": ["What is Vue?", "Vue (pronounced /vjuː/, like view)"],
          "composition-api": ["Composition API", "using imported API functions"],
        },
      },
      {
        file: "guide/built-ins/keep-alive.html",
        title: "KeepAlive",
        trail: ["Built-in Components"],
        sections: {
          "": ["", "<KeepAlive> is a built-in component that allows us"],
          "max-cached-instances": ["Max Cached Instances", "maximum number of component instances"],
        },
      },
      {
        file: "guide/essentials/watchers.html",
        title: "Watchers",
        sections: {
          "deep-watchers": ["Deep Watchers", "watch is shallow by default"],
          watcheffect: ["watchEffect()", "use exactly the same reactive state as the source"],
        },
      },
      {
        file: "api/sfc-script-setup.html",
        title: "<script setup>",
        trail: ["Single-File Component"],
        sections: {
          "": ["", "More succinct code with less boilerplate"],
          "recursive-components": ["Recursive Components", "can implicitly refer to itself via its filename"],
        },
      },
      {
        file: "guide/scaling-up/testing.html",
        title: "Testing",
        sections: {
          "when-to-test": ["When to Test", "Start testing early!"],
          overview: ["Overview", "We will briefly discuss"],
        },
      },
      {
        file: "style-guide/rules-strongly-recommended.html",
        title: "Priority B Rules: Strongly Recommended",
        sections: { "component-files": ["Component files", "each component should be in its own file"] },
      },
      {
        file: "about/faq.html",
        title: "Frequently Asked Questions",
        sections: {
          "what-license-does-vue-use": ["What license does Vue use?", "released under the MIT License"],
          "what-browsers-does-vue-support": ["What browsers does Vue support?", "native ES2016 support"],
        },
      },
      {
        file: "glossary/index.html",
        title: "Glossary",
        sections: {
          composable: ["composable", "A composable is a function."],
          "async-component": ["async component", "to be lazy load"],
        },
      },
      {
        file: "guide/reusability/plugins.html",
        title: "Plugins",
        trail: ["Reusability"],
        sections: { "bundle-for-npm": ["Bundle for NPM", "see Vite's section on Library Mode"] },
      },
      {
        file: "index.html",
        title: "The Progressive JavaScript Framework",
        sections: { "": ["", "An approachable, performant and versatile framework"] },
      },
    ],
  },
  {
    archive: "vitepress-docs",
    // Without 404.html, and pure.html, which says noindex.
    found: { files: 284, pages: 282 },
    absent: [
      /Skip to content/,
      /On this page/,
      /Edit this page/,
      /Previous page/,
      /Released under the MIT/,
      /Main Navigation/,
      /Permalink/,
      /\u200B/,
    ],
    pages: [
      {
        file: "guide/i18n.html",
        title: "Internationalization",
        language: "en-US",
        trail: ["Writing"],
        sections: {
          "": ["", "one needs to create a directory structure as follows"],
          "per-locale-markdown-strings": [
            "Per-locale Markdown Strings",
            "Strings baked into pages by the markdown renderer",
          ],
          "rtl-support-experimental": ["RTL Support (Experimental)", "use some RTLCSS PostCSS plugin"],
        },
      },
      {
        file: "index.html",
        title: "VitePress Vite & Vue Powered Static Site Generator",
        sections: { "": ["", "Markdown to beautiful docs in minutes"] },
      },
      {
        file: "guide/markdown.html",
        title: "Markdown Extensions",
        sections: {
          "custom-anchors": ["Custom anchors", "link to the heading as #my-anchor"],
          "page-suffix": ["Page Suffix", "generated with the .html suffix by default"],
        },
      },
      {
        file: "reference/site-config.html",
        title: "Site Config",
        sections: { "config-resolution": ["Config Resolution", "always resolved from <root>/.vitepress/config.[ext]"] },
      },
      {
        file: "zh/reference/default-theme-search.html",
        title: "搜索",
        language: "zh-Hans",
        sections: {
          "minisearch-options": ["MiniSearch 配置项", "参阅 MiniSearch 文档了解更多信息"],
          "custom-content-renderer": ["自定义渲染内容", "该函数将从客户端站点数据中剥离"],
        },
      },
      {
        file: "fa/reference/default-theme-config.html",
        title: "پیکربندی پیش\u200Cفرض تم",
        language: "fa-IR",
        sections: { i18nrouting: ["i18nRouting", "/zh/foo"] },
      },
      {
        file: "ru/reference/default-theme-nav.html",
        title: "Навигация",
        language: "ru-RU",
        sections: {
          "пользовательские-компоненты": ["Пользовательские компоненты", "зарегистрировать компонент глобально"],
          "social-links": ["Социальные ссылки", "См. socialLinks."],
        },
      },
      {
        file: "ja/guide/getting-started.html",
        title: "はじめに",
        language: "ja",
        sections: { "try-it-online": ["オンラインで試す", "ブラウザ上で直接試すことができます"] },
      },
      {
        file: "ko/guide/data-loading.html",
        title: "빌드할 때 데이터 로딩하기",
        language: "ko-KR",
        sections: { options: ["옵션", "모든 요구 사항에 충족하지 않을 수 있습니다"] },
      },
      {
        file: "es/reference/default-theme-layout.html",
        title: "Layout",
        language: "es",
        sections: { "no-layout": ["Sin Layout", "puedes pasar layout: false"] },
      },
      {
        file: "pt/reference/default-theme-team-page.html",
        title: "Página da Equipe",
        language: "pt-BR",
        sections: {
          "create-a-full-team-page": ["Criando uma página de equipe completa", "primeiro crie um novo arquivo md"],
          vpteammembers: ["<VPTeamMembers>", "exibe uma determinada lista de membros"],
        },
      },
    ],
  },
  {
    archive: "starlight",
    // Without 404.html and one 404/ in each of 16 languages.
    found: { files: 629, pages: 612 },
    absent: [
      /Skip to content/,
      /On this page/,
      /Edit page/,
      /Section titled/,
      /Terminal window/,
      /Select theme/,
      /Copy to clipboard/,
      /\u00AD/,
    ],
    pages: [
      {
        file: "getting-started/index.html",
        title: "Getting Started",
        language: "en",
        trail: ["Start Here"],
        sections: {
          "": ["", "a full-featured documentation theme built on top of the Astro framework"],
          "create-a-new-project": ["Create a new project", "pnpm create astro --template starlight"],
          "troubleshooting-starlight": ["Troubleshooting Starlight", "known Starlight issues on GitHub"],
        },
      },
      {
        file: "es/guides/css-and-tailwind/index.html",
        title: "CSS & Styling",
        language: "en",
        trail: ["Guías"],
        sections: { "cascade-layers": ["Cascade layers", "Starlight uses cascade layers internally"] },
      },
      {
        file: "fr/guides/site-search/index.html",
        title: "Recherche",
        language: "fr",
        sections: {
          "exclure-une-partie-dune-page": ["Exclure une partie d’une page", "Pagefind ignorera le contenu"],
          "système-de-recherche-alternatif": ["Système de recherche alternatif", ""],
        },
      },
      {
        file: "uk/reference/route-data/index.html",
        title: "Route Data Reference",
        language: "en",
        sections: { locale: ["locale", "undefined for root locale slugs"] },
      },
      {
        file: "components/tabs/index.html",
        title: "Tabs",
        sections: {
          "tabs-props": ["<Tabs> Props", "groups multiple <TabItem> components together"],
          "sync-tabs": ["Sync tabs", "Pollux b, HAT-P-24b, HD 50554 b"],
        },
      },
      {
        file: "components/asides/index.html",
        title: "Asides",
        sections: {
          "use-custom-titles": ["Use custom titles", "Watch out!"],
          usage: ["Usage", "also known as “admonitions”"],
        },
      },
      {
        file: "reference/configuration/index.html",
        title: "Configuration Reference",
        sections: { logo: ["logo", "Set a logo image to show in the navigation bar"] },
      },
      {
        file: "ja/guides/sidebar/index.html",
        title: "サイドバーのナビゲーション",
        language: "ja",
        sections: { 内部リンクの省略記法: ["内部リンクの省略記法", "ページのスラグを文字列として渡すだけの省略記法"] },
      },
      {
        file: "de/manual-setup/index.html",
        title: "Manuelle Einrichtung",
        language: "de",
        sections: {
          "konfigurieren-von-inhaltssammlungen": [
            "Konfigurieren von Inhaltssammlungen",
            "die Inhaltskonfigurationsdatei",
          ],
        },
      },
      {
        file: "zh-cn/guides/i18n/index.html",
        title: "国际化 (i18n)",
        language: "zh-CN",
        sections: { 单语言网站: ["单语言网站", "Starlight 是一个单语言（英语）网站"] },
      },
      {
        file: "index.html",
        title: "Make your docs shine with Starlight",
        sections: { "": ["", "Documentation that delights"] },
      },
    ],
  },
  {
    archive: "eleventy",
    // Without 404.html, three fragments for other pages and docs/sites/, which are outside of the marked content.
    found: { files: 228, pages: 223 },
    absent: [
      /Skip to/,
      /On this page/,
      /Star Eleventy on GitHub/,
      /Breadcrumbs:/,
      /Sponsors$/,
      /Podcast Awesome/,
      /Late Pricing/,
    ],
    pages: [
      {
        file: "docs/permalinks/index.html",
        title: "Permalinks",
        language: "en",
        trail: ["Eleventy Documentation", "Guide", "Configure Templates with Data"],
        sections: {
          "": ["", "customize the default location of templates"],
          "index-file-names": ["index.* file names", "Writes to | _site/index.html"],
          "cool-uris-dont-change": ["Cool URIs don’t change", "File name extension. This is a very common one."],
        },
      },
      {
        file: "docs/filters/inputpath-to-url/index.html",
        title: "inputPathToUrl Universal Filter",
        sections: { usage: ["Usage", 'Renders as <a href="/">Home</a>.'] },
      },
      {
        file: "blog/github-issues/index.html",
        title: "How We Use GitHub Issues and How That’s Changing",
        sections: { "leaning-into-git-hub-discussions": ["Leaning into GitHub Discussions", "Bug Report 👉 Issue"] },
      },
      {
        file: "docs/pagination/index.html",
        title: "Pagination",
        sections: {
          "paging-an-array": ["Paging an Array", "create pages for individual chunks of data"],
          "paging-an-object": ["Paging an Object", "Eleventy does allow paging objects too"],
        },
      },
      {
        file: "docs/collections/index.html",
        title: "Collections (Using Tags)",
        sections: {
          "a-blog-example": ["A Blog Example", "your individual post files may use a tag called post"],
          "a-note-about-using-in-tags": ["A note about using - in tags", "in your collection names"],
        },
      },
      {
        file: "docs/services/sparklines/index.html",
        title: "Sparklines",
        sections: {
          samples: ["Samples", "Sparkline representing frequency of posts"],
          usage: ["Usage", "Image URLs have the format"],
        },
      },
      {
        file: "docs/glossary/index.html",
        title: "Glossary",
        sections: {
          layout: ["Layout", "wraps around another template"],
          template: ["Template", "A content file written in a format such as"],
        },
      },
      {
        file: "docs/i18n/index.html",
        title: "Internationalization (I18n)",
        sections: { "distinct-urls": ["Distinct URLs", "uniquely addressable, linkable, and cacheable"] },
      },
      {
        file: "docs/plugins/edge/index.html",
        title: "Edge",
        sections: { "": ["", "Per the results of our Eleventy Community Survey 2023"] },
      },
      {
        file: "docs/usage/index.html",
        title: "Command Line Usage",
        sections: {
          "dryrun-to-do-a-little-testing": ["--dryrun to do a Little Testing", "Useful when debugging."],
        },
      },
      {
        file: "index.html",
        title: "Eleventy is a simpler static site generator",
        sections: { "quick-start": ["Quick Start", "Eleventy requires a way to run JavaScript"] },
      },
    ],
  },
  {
    archive: "docusaurus-babel",
    // Without 404.html, and search/, which says noindex.
    found: { files: 336, pages: 334 },
    absent: [
      /Skip to main/,
      /On this page/,
      /Edit this page/,
      /Direct link to/,
      /^(Previous|Next)$/m,
      /Stack Overflow$/m,
      /Newer post/,
      /\u200B/,
    ],
    pages: [
      {
        file: "docs/babel-generator/index.html",
        title: "@babel/generator",
        language: "en",
        trail: ["Tooling Packages"],
        sections: {
          "": ["", "Turns Babel AST into code."],
          install: ["Install", "pnpm add --save-dev @babel/generator"],
          options: ["Options", "filename | string | | Used in warning messages"],
          result: ["Result", "The generate API returns an object containing"],
          "ast-from-multiple-sources": ["AST from Multiple Sources", '    "a.js": a,\n    "b.js": b,'],
        },
      },
      {
        file: "docs/babel-eslint-parser/index.html",
        title: "@babel/eslint-parser",
        sections: {
          "when-should-i-use-babeleslint-parser": [
            "When should I use @babel/eslint-parser?",
            "only support the latest final ECMAScript standard",
          ],
        },
      },
      {
        file: "blog/2015/01/27/2to3/index.html",
        title: "2to3",
        sections: {
          "": ["", "Today we are releasing 3.0."],
          "playground-mallet-operator": ["Playground: Mallet Operator", "As seen in Ruby and CoffeeScript"],
        },
      },
      {
        file: "blog/2017/03/01/upgrade-to-babel-7-for-tool-authors/index.html",
        title: "Upgrade to Babel 7 for Tool Authors (WIP)",
        sections: {
          "": ["", "We are moving the migration guide to a docs page"],
          "check-out-v7-migration-api": ["Check out v7-migration-api!", "Refer users to this document"],
        },
      },
      {
        file: "docs/presets/index.html",
        title: "Presets",
        sections: { "preset-ordering": ["Preset Ordering", "Preset ordering is reversed (last to first)."] },
      },
      {
        file: "docs/assumptions/index.html",
        title: "Compiler Assumptions",
        sections: { arraylikeisiterable: ["arrayLikeIsIterable", "iterate DOM collections in older browsers"] },
      },
      {
        file: "docs/babel-helper-module-imports/index.html",
        title: "@babel/helper-module-imports",
        trail: ["Helper Packages"],
        sections: {
          "import-source": ['import "source"', ""],
          "import--as-_namespace-from-source": ['import * as _namespace from "source"', ""],
        },
      },
      {
        file: "docs/config-files/index.html",
        title: "Config Files",
        sections: { monorepos: ["Monorepos", "Monorepo-structured repositories usually contain many packages"] },
      },
      {
        file: "docs/babel-plugin-transform-typeof-symbol/index.html",
        title: "@babel/plugin-transform-typeof-symbol",
        sections: { "": ["", "This plugin is included in @babel/preset-env"] },
      },
      {
        file: "docs/caveats/index.html",
        title: "Caveats",
        sections: { "classes-10-and-below": ["Classes (10 and below)", "__proto__ is not supported on IE ≤ 10"] },
      },
      {
        file: "docs/faq/index.html",
        title: "FAQ",
        sections: {
          "where-did-all-the-docs-go": [
            "Where did all the docs go?!",
            "For every removed option there should be a plugin",
          ],
        },
      },
    ],
  },
  {
    archive: "mdn",
    // All of them; counted by hand, not by this test.
    found: { files: 14_073, pages: 14_073 },
    absent: [
      /Skip to main/,
      /In this article/,
      /Was this page helpful/,
      /MDN contributors/,
      /View this page on GitHub/,
      /We use cookies/,
      /Get MDN Plus/,
    ],
    pages: [
      {
        file: "en-US/docs/Web/JavaScript/Reference/Global_Objects/Array/with/index.html",
        title: "Array.prototype.with()",
        language: "en-US",
        trail: ["Web", "JavaScript", "JavaScript reference", "Standard built-in objects", "Array"],
        sections: {
          parameters: ["Parameters", "Negative index counts back from the end"],
          return_value: ["Return value", "A new array with the element at index replaced with value."],
          chaining_array_methods: ["Chaining array methods", "console.log(arr.with(2, 6).map((x) => x ** 2));"],
          see_also: ["See also", "TypedArray.prototype.with()"],
        },
      },
      {
        file: "en-US/docs/Web/API/Document/createElement/index.html",
        title: "Document: createElement() method",
        sections: { basic_example: ["Basic example", "inserts it before the element with the ID div1"] },
      },
      {
        file: "en-US/docs/Web/CSS/Reference/Values/transform-function/skew/index.html",
        title: "skew()",
        sections: { try_it: ["Try it", "This transformation is a shear mapping"] },
      },
      {
        file: "en-US/docs/Glossary/JSON/index.html",
        title: "JSON",
        trail: ["Glossary"],
        sections: { "": ["", "is a data-interchange format"], see_also: ["See also", "JSON on Wikipedia"] },
      },
      {
        file: "en-US/docs/Web/API/RTCIceCandidate/type/index.html",
        title: "RTCIceCandidate: type property",
        sections: { value: ["Value", "The candidate is a host candidate"] },
      },
      {
        file: "en-US/docs/Web/HTTP/Reference/Status/404/index.html",
        title: "404 Not Found",
        sections: {
          custom_error_page_in_apache: [
            "Custom error page in Apache",
            "Custom 404 page design is a good thing in moderation",
          ],
        },
      },
      {
        file: "en-US/docs/Web/API/CSSStyleDeclaration/index.html",
        title: "CSSStyleDeclaration",
        sections: { instance_methods: ["Instance methods", "Returns the property value given a property name."] },
      },
      {
        file: "en-US/docs/Web/API/DOMTokenList/entries/index.html",
        title: "DOMTokenList: entries() method",
        sections: { return_value: ["Return value", "Returns an iterator."] },
      },
      {
        file: "en-US/docs/Web/API/PannerNode/setPosition/index.html",
        title: "PannerNode: setPosition() method",
        sections: { parameters: ["Parameters", "The z position of the panner in 3D space."] },
      },
      {
        file: "en-US/docs/Web/CSS/Reference/Properties/direction/index.html",
        title: "direction",
        sections: { values: ["Values", "Text and other elements go from right to left."] },
      },
      {
        file: "en-US/docs/Web/HTTP/Reference/Headers/Save-Data/index.html",
        title: "Save-Data header",
        sections: { "using_save-data_on": ["Using Save-Data: on", "opting in to reduced"] },
      },
    ],
  },
];
