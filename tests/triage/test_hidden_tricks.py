"""Whatever CSS and HTML can hide is not read, is kept as evidence, and takes nothing else along."""

from __future__ import annotations

import pytest
from reported_messages import reported
from wallets import P2PKH

from triage.clean import clean
from triage.visible import read_html

HEAD, TAIL = P2PKH[:15], P2PKH[15:]
#: Each puts a word into a wallet that nobody sees there.
NOISE = [
    '<span style="display:none">decoy</span>',
    '<span style="display:none!important;display:inline">decoy</span>',
    '<span style="visibility:hidden">decoy</span>',
    '<span style="visibility:collapse">decoy</span>',
    '<span style="opacity:.01">decoy</span>',
    '<span style="opacity:0%">decoy</span>',
    '<span style="font-size:1px">decoy</span>',
    '<span style="font-size:.1em">decoy</span>',
    '<span style="font-size:1%">decoy</span>',
    '<font size="0" style="font-size:0pt">decoy</font>',
    '<span style="font:0px/0 a">decoy</span>',
    '<span style="font-size:calc(0px)">decoy</span>',
    '<span style="color:#FFF">decoy</span>',
    '<span style="color:hsl(0,0%,100%)">decoy</span>',
    '<span style="color:rgb(255 255 255)">decoy</span>',
    '<span style="color:#ffffff00">decoy</span>',
    '<span style="color:#0000">decoy</span>',
    '<span style="background:#000">decoy</span>',
    '<span style="background-color:black;color:black">decoy</span>',
    '<span style="-webkit-text-fill-color:transparent">decoy</span>',
    '<span style="-webkit-text-fill-color:#fff">decoy</span>',
    '<span style="position:absolute;left:-10000px">decoy</span>',
    '<span style="position:absolute;top:-999em">decoy</span>',
    '<span style="position:fixed;right:-9999px">decoy</span>',
    '<span style="position:absolute;bottom:-9999px">decoy</span>',
    '<span style="position:absolute;left:9999px">decoy</span>',
    '<span style="margin-left:-9999px;display:inline-block">decoy</span>',
    '<span style="position:absolute;left:-200vw">decoy</span>',
    '<span style="position:absolute;inset:-9999px auto auto -9999px">decoy</span>',
    '<span style="transform:scale(0)">decoy</span>',
    '<span style="transform:scale(0,1)">decoy</span>',
    '<span style="transform:scale3d(0,0,0)">decoy</span>',
    '<span style="transform:scaleX(0.0)">decoy</span>',
    '<span style="transform:translateX(-9999px)">decoy</span>',
    '<span style="transform:rotateY(90deg)">decoy</span>',
    '<span style="scale:0">decoy</span>',
    '<span style="zoom:0">decoy</span>',
    '<span style="display:inline-block;width:0;height:0;overflow:hidden">decoy</span>',
    '<span style="display:block;max-height:0;overflow:hidden">decoy</span>',
    '<span style="display:inline-block;max-height:0px;max-width:0px;overflow:hidden">decoy</span>',
    '<span style="display:inline-block;width:0;overflow-x:hidden">decoy</span>',
    '<span style="display:inline-block;height:0;line-height:0;overflow:hidden">decoy</span>',
    '<span style="overflow:hidden;display:inline-block;height:1px;width:1px">decoy</span>',
    '<span style="display:inline-block;height:0;overflow:auto">decoy</span>',
    '<span style="clip-path:inset(100%);position:absolute">decoy</span>',
    '<span style="clip-path:circle(0)">decoy</span>',
    '<span style="clip-path:inset(50%)">decoy</span>',
    '<span style="clip:rect(1px,1px,1px,1px);position:absolute">decoy</span>',
    '<span style="clip-path:polygon(0 0,0 0,0 0)">decoy</span>',
    '<span style="text-indent:-9999px;display:inline-block">decoy</span>',
    '<span style="text-indent:200%;overflow:hidden;display:inline-block">decoy</span>',
    '<span style="filter:opacity(0)">decoy</span>',
    '<span style="filter:opacity(0%)">decoy</span>',
    '<span style="content-visibility:hidden">decoy</span>',
    '<span style="filter:alpha(opacity=0)">decoy</span>',
    '<span style="mso-hide:all">decoy</span>',
    "<span hidden>decoy</span>",
    '<span hidden="hidden">decoy</span>',
    '<span hidden="until-found">decoy</span>',
    "<template>decoy</template>",
    "<!--decoy-->",
    "<!--[if mso]>decoy<![endif]-->",
    '<![if mso]><i style="display:none">decoy</i><![endif]>',
    "<style>.a{display:none}</style><i class=a>decoy</i>",
    "<style>#a{display:none}</style><i id=a>decoy</i>",
    "<style>i[class]{display:none}</style><i class=a>decoy</i>",
    '<style>.a.b{display:none}</style><i class="b a">decoy</i>',
    "<style>p > i{font-size:0}</style><i>decoy</i>",
    "<style>@import url(x);.a{display:none}</style><i class=a>decoy</i>",
    "<style>:root{--x:none}.a{display:var(--x)}</style><i class=a>decoy</i>",
    "<style>.a{color:white}</style><i class=a>decoy</i>",
    "<style><!-- .a{display:none} --></style><i class=a>decoy</i>",
    "<style>*{}.a,.b{display:none}</style><i class=b>decoy</i>",
    "<style>@media all{.a{display:none}}</style><i class=a>decoy</i>",
    "<style>@supports(display:grid){.a{display:none}}</style><i class=a>decoy</i>",
    '<style media="screen">.a{display:none}</style><i class=a>decoy</i>',
    "<style>i:not(.k){display:none}</style><i class=a>decoy</i>",
    "<style>\n/* x */.a /*y*/ {display/**/:none}</style><i class=a>decoy</i>",
    '<style>.a::before{content:"x"}</style>',
    "<input type=hidden value=decoy>",
    "<datalist><option>decoy</datalist>",
    '<textarea style="display:none">decoy</textarea>',
    "<object>decoy</object>",
    "<audio>decoy</audio>",
    "<video>decoy</video>",
    "<canvas>decoy</canvas>",
    "<noframes>decoy</noframes>",
    "<noembed>decoy</noembed>",
    "<script>decoy</script>",
    "<style>decoy</style>",
    "<title>decoy</title>",
    "<rp>decoy</rp>",
    "<iframe>decoy</iframe>",
    "<math><annotation>decoy</annotation></math>",
    "<img alt=decoy>",
    "<wbr>",
    "<b></b>",
    '<span style="display:none"/>decoy</span>',
    "<x style=display:none>decoy</x>",
    '<span style="display:\nnone">decoy</span>',
    "<span STYLE='DISPLAY:none'>decoy</span>",
    '<span style="x:y;;display:none">decoy</span>',
    '<span style="display:none" style="display:block">decoy</span>',
    '<span style="color:WHITE">decoy</span>',
    '<span style="display:&#110;one">decoy</span>',
    '<span style="/**/display:/**/none">decoy</span>',
    '<small style="font-size:0"><big style="font-size:2em">decoy</big></small>',
    '<span style="letter-spacing:-1em;color:#fff">decoy</span>',
    '<span style="letter-spacing:-99px">decoy</span>',
    '<span style="position:absolute;z-index:-1;color:#fffffe">decoy</span>',
    '<del style="display:none">decoy</del>',
    '<span style="max-width:0;display:inline-block;overflow:hidden;color:red">decoy</span>',
    '<span aria-hidden=true style="font-size:0">decoy</span>',
    '<span style="text-shadow:none;color:rgba(255,255,255,1)">decoy</span>',
    '<span style="color:inherit;opacity:0.0">decoy</span>',
    "<font color=#ffffff>decoy</font>",
    '<font style="font-size:0" color=red>decoy</font>',
    '<span style="font-size:xx-small;font-size:0">decoy</span>',
    '<span style="font-size:0;font-size:bogus">decoy</span>',
    '<span style="display:none;display:bogus">decoy</span>',
    '<span style="all:initial;display:none">decoy</span>',
    '<span style="font-size:0rem">decoy</span>',
    '<span style="font-size:0vw">decoy</span>',
    "<style>.a i:first-child{display:none}</style><b class=a><i>decoy</i></b>",
    '<style>.a::after{content:"decoy";display:none}</style><b class=a></b>',
    '<style>.a:before{content:"decoy";font-size:0}</style><b class=a></b>',
    '<style>.a{content:"decoy"}</style><b class=a></b>',
    '<style>.a:hover::before{content:"decoy"}</style><b class=a></b>',
    "<math><annotation>decoy</annotation></math>",
]
#: Each looks like one of those and is seen.
SEEN = [
    '<div style="font-size:0"><span style="font-size:14px">PAY</span></div>',
    '<div style="visibility:hidden"><b style="visibility:visible">PAY</b></div>',
    '<table style="font-size:0px"><tr><td style="font-size:12px">PAY</td></tr></table>',
    "<noscript>PAY</noscript>",
    "<details open>PAY</details>",
    "<details><summary>PAY</summary></details>",
    "<body bgcolor=black text=white>PAY",
    '<body style="background:#000;color:#fff">PAY',
    "<style>body{background:#111}p{color:#eee}</style><body><p>PAY</p>",
    '<div style="opacity:.5">PAY</div>',
    '<div style="height:0">PAY</div>',
    '<span style="display:inline-block;width:1px">PAY</span>',
    "<style>.x{display:none}</style><p class=y>PAY",
    "<style media=print>.x{display:none}</style><p class=x>PAY",
    "<style>@media print{.x{display:none}}</style><p class=x>PAY",
    "<!--[if !mso]><!-->PAY<!--<![endif]-->",
    "<![if !mso]>PAY<![endif]>",
    '<div style="color:white;background:url(x.png)">PAY</div>',
    '<div style="background:linear-gradient(red,blue);color:white">PAY</div>',
    '<p style="font-size:inherit">PAY',
    '<p style="font-size:smaller">PAY',
    '<p style="font-size:small">PAY',
    '<p style="line-height:0">PAY',
    '<p style="margin-left:-10px">PAY',
    '<p style="text-indent:-20px">PAY',
    '<p style="position:relative;left:-5px">PAY',
    '<div style="max-height:0">PAY</div>',
    '<p style="color:var(--c,black)">PAY',
    '<div style="overflow:hidden;width:600px">PAY</div>',
    '<div style="overflow:hidden;height:100%">PAY</div>',
    '<td width=0 style="">PAY',
    '<p style="display:none"></p><p style="display:initial">PAY',
    '<p style="opacity:1.0">PAY',
    '<table bgcolor=black><td style="color:#fff">PAY',
    '<p style="filter:none">PAY',
    "<style>.x{display:none}.x{display:block}</style><p class=x>PAY",
    "<style>@media (prefers-color-scheme:dark){p{color:#fff}}</style><p>PAY",
    "<style>p{color:#fff}@media (max-width:9px){p{top:0}}body{background:#000}</style><p>PAY",
    "<select><option>PAY</select>",
    "<button>PAY</button>",
    "<label>PAY</label>",
    '<p style="color:#fff;text-shadow:0 0 2px #000">PAY',
    "<style>.x:hover{display:none}</style><p class=x>PAY",
    '<p style="font-size:0"><span style="font-size:medium">PAY',
    '<p style="visibility:hidden"><span style="visibility:initial">PAY',
    "<svg><text>PAY</text></svg>",
]
#: Neither read nor kept: no words of the mail.
NO_WORDS = ("<script", "<style>decoy", "<style>.a:hover", "<style>.a{content", "<input")


@pytest.mark.parametrize("noise", NOISE)
def test_what_is_hidden_within_a_wallet_is_not_read(noise: str) -> None:
    assert read_html(f"<body><p>{HEAD}{noise}{TAIL}</p>").text == P2PKH


@pytest.mark.parametrize(
    "noise", [it for it in NOISE if "decoy" in it and not it.startswith(NO_WORDS)]
)
def test_what_is_hidden_is_kept_as_evidence(noise: str) -> None:
    assert "decoy" in read_html(f"<body><p>{HEAD}{noise}{TAIL}</p>").hidden


@pytest.mark.parametrize("html", SEEN)
def test_what_only_looks_hidden_is_read(html: str) -> None:
    assert "PAY" in read_html(f"{html}<p>x").text


@pytest.mark.parametrize(
    "unseen", ["&shy;", "&zwnj;", "&#8203;", "&#x2060;", "&NoBreak;", "&#xFE0F;"]
)
def test_characters_that_take_no_ink_are_not_read(unseen: str) -> None:
    html = f"<p>{HEAD}{unseen}{TAIL}"
    assert clean(reported(html=html)).text == P2PKH


def test_below_a_closed_summary_nothing_is_read_and_all_is_kept() -> None:
    reading = read_html("<details><summary>Read</summary>not <b>this</b></details>me")
    assert (reading.text, reading.hidden) == ("Read\n\nme", "not this")
    assert read_html("<details open><summary>Read</summary>me</details>").text == "Read\nme"


def test_text_that_a_style_sheet_puts_there_is_read() -> None:
    style = '<style>.a::before{content:"Pay to "} .a:after{content:attr(data-to) " now"}</style>'
    reading = read_html(f'{style}<p>1. <b class=a data-to="{P2PKH}">wallet: </b></p>')
    assert reading.text == f"1. Pay to wallet: {P2PKH} now"
