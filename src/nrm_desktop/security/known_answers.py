"""Long known answers for the start-up self-test, in base 85. Data only.

The short ones stand in `selftest`. Nothing here is secret.
"""

from __future__ import annotations

from typing import Final

HPKE_BOX_B85: Final = (
    b"xH_mP)YdDSgU<iq)6=^i^AcoaJO>O{n38@$`v;LqCqIvt=Ynk2H(Dq?eW-;nOkLnnY7YifBt6Bse~bROG4_H{A)2"
    b"e*ay!ORAVI9U?~3$7Wl~8(xdP^o{UahA+HkS8U3Y4d(G)(Tpu~0dKIVx5SH}@;u0LYGa`p<%E4a)t&MTnaHcwKx?"
    b"KsDsahDaAI$hI*Esl#rt8h+7S+z2I@F&JRkEmC~kd0c3dx)%mE8~>eJU0g2)aIDXY~yecA58)iB|<o~qUeGfZb3>"
    b"M@(*khM7Eg(Z(0G$prNHz7BCAy(gcim%yX~0d9UuN(!ddm-zwXPaNIJCRTj)ev7!ZmK?9yFkf9K%;cGFC`%}G1p("
    b"fV1KOt9#QG1CO%mK>15Pb%Pm{jhIPncoCCewCIhclY7Y&K`o^pk|;R94+UK}&F^uY?ta^vMipa$Q$&PU!A@=HmIj"
    b"SS`Nkh2S{<!$#}-P9hbHY=k#TnzW=&ACcZ#tWlTvo5kfsFH!lWlY0;=qrR@cZX8%R3QAw?&Pq;DCist1k6HiH+d*"
    b"|JIz5o@tK?&en|(ls3{wn<LFjQSb2e!013KIK`z=Y+dPLL)PFQ2>3h<zfN3+a`gLAwE_oF+68^Tz8SL<n2PKq~Yw"
    b"@_&pwzmYBa(@=;!J}@-*w3$Z6-n|ZeX@7xrCOR%2C_N=2DEY?sj~!yQpLSnSxs&ve>lO6SsLnpRwSHq&U+Dh{KKe"
    b"X6@vNCad>_hJ?;rMd3Nc939XVBq?g}_fI>J;cL%1ok6(YdK%P5OQFS*oVYhYwEqR=})+k`Ua92Ld;X5R54X5ckQW"
    b"lO6wyAY%iC*{c6nYKF8~S8R2#S&@77P!X&l7o~lpNBG2J6TUMB#d(_!n>xuh)u~&IoAHVxGGxOi@vRELc6RxQ2xy"
    b"4^62NffC?wLHxo^Rb;83+ukUKpWt#Mhu5j3(QX{bRaqC{nMA5yx~l9f_9m0BtwN*q82sjaCp^Z<`&4qXfaq5~$KD"
    b"2`x-ZrFG1n!ulLBn8ti3<xEdb=lklAI|pgKGYLL$11Dw-DJtYwc^D&Xfv>ikdZpd(jr2$Ujtph5eBrwUnJTdcn+e"
    b"BuI_n5Q0GI}IFSD71yKt>p=`U%aR6se2(Z=gVuvWj9eqx7_N<X)ubw!mNqshCaBIFcq>x6w3RYd=7>FR6SN@j3G8"
    b"MS)Tg8!R$%hjEGcwvdloq(~P|^nY2`RKvo4Y&=`!->B2e=zTlueRd?2F9V^RAs`4Di{_)^A2FjKxo$%khR^hU=K2"
    b"O37H~2KfuVNB@eXfSX!dfqBYRI*T-p3tTTl?utUevq?*Z{LId2iZ@?YDd2DM2<9lT_=B({+(okDOo)*}jg(A)nn)"
    b"dfzjb?M-NKdyNyaOytdvvM5o%>DDqpe=+TEe6e5+<!={PXF$#>GW=0R0|7<Pxqf5d<Q+9abf9_D=KC%cslLu3<>$"
    b"~aM(C#Ea8@We|BsySkYjUN@0uWd$^Xx>*>Su3));kFNq7>fTQ+bl"
)
"""Encapsulation of the first published X-Wing vector, then text sealed by RFC 9180 from its secret.

Source: draft-connolly-cfrg-xwing-kem-08, appendix C; the key schedule was computed apart from the
library that is tested.
"""

ML_DSA_SIGNATURE_B85: Final = (
    b"8-KII1Oj>E!S(JTN@}%mE19<g986Q<_D>gpwx$`q6g6&R2Zw#KS4nvM5oAm!=C~usTQ<uW2#r<|lCTq;yeV&M)L)"
    b"={IOv5)g0~bs$tK8Oi)^u@5K8=$Y2CnqgT6hK&X7dZJ?Pr@|LsBpETZPWvsOS;Yh-1Ll?3t8Iev9&3)VSmrkg~L$"
    b"nc<|O^`B?&%&ea16~gXkiZJ|rQ3Q$0f)06n%eW~!FjRrtdj=I#j9hXBFdCG$tAxX><zzyZ>jKl3rFNrW(f<57$VE"
    b"uhNq05oBsqZxG8Z24%)_jiK<Ejmvis*g}-MxsC|z5#2fuN;zz}nYMfnFK~`K^k`@*VCnMDjWMfQZz}5@tNLnf%-X"
    b"ebN!fR|a1_55_<yh_bTQ~qPDDC-jCDTt%z}oK)fz2kfhy=5l^{KjUR@)V3z%<VJYTWzI<+aUo8%j8#XLqFv*j%Ou"
    b"iNqXVZ0(*4wyxEhQ(rAHBtTDa_gRT28V=cL6YSvVxc?CVBCQ2M7OX)8lNAp86c{7%U5iHSKy;1;AWDIr1H%?&)9v"
    b"bmh-Bne8>e!3%HggjP*)$MK7KgF1B!7LZ;}}h+*&P#V7x(vi2;x>+W(@h?nh5G3Dgg#7x08lAe!J{w*Z6Ej4?3WD"
    b"*{${#w}19R6*wI=jf2(_A+llkRc*TFO1)Bkc=*@cEA4CeEi|Kbtves6KdPL^Kx?*0D(PJ+d@Xrq6XcXkPi`iQ`|4"
    b"<Q6>M(Z-B2biMetwWOurN_YV(OAAm$^rp!kcUAkreVEJ>`lt%_N>q;C)FwzPsq(twQMt=a}UnT0-Y#_fbjL&$&k-"
    b"{>~=w2fHM~cl+vz@BuFn;-(%R7P|WyLeL2j}&0O+&7GBdpPl5%`jryT=7EWdBblA5G?9>z-KlefmVLk#00juOj;R"
    b"Oe`cwLW9gs=ZfgTn|s}_LcnJFP!U(beL0uV%Cwt<7qSfWr0TBZQKHuBKIqife&g4A|2Ala58|dDs@2*T6!}yA*1g"
    b"aj5Q3=^N#d}8u;MyqQ5})s0I067Ij*v=35Yn?eO9L?!m1*zV>#dvX;1}p!5$l4Uv|IWV8T*ZF$5HUjT=Qf;7D8>h"
    b"x)n|=4x5M4g4y3n1`eu0~{V0(KR=JhE--ALqfC~It<9(kP2p23x%S^T!po)m;TD=P2^c?;yRHwHP<il9%m9!={-*"
    b"Vv@`O%dw0byS|9NRYJ;)4$hdo+@s18{y8{xP>gi5LPC}wLUjUP`yeK&lPt0x=^IZe#!@9VH-hp*dc8fu4Q4Up5jo"
    b"vwL`}5B~le-COni0*qWq=Dyru{I%ee;@rymbd`wuo#~kNkLs8dod$1BqCM(k7^{EyafLsJmiu`A_e3!(J^psPNZn"
    b"90nC06s>15(h;Ly)ZzC%kEGytr1OpAje*TM69PR_^1+D5CIwZ){kBo+w<I-d@QnL6NxACT!WzxnlT^o1R{;qMMlf"
    b"M8YK(Fi8q`elTdjx6o5!b>y;Vi-H;5f~f9nal%%sTDfzR*bX@@Ou%T$;aCPTQybO|QS;|$jR2so#p>~vLLur^B^l"
    b"Nj4MZn_(&KZHppAOkUZ32h;Uqy+QSX3nx1GBk%Y0G%~iYy=rpH2N~kVk5qCr-mCPzADW}iSOxQ=8!C0(Z>UtQ5lk"
    b"#&1%3p>FoISVSPT1CN&GSd#6q^!|16IK|<<CR=sBoBzWcBfuQFAbpN<EjrLPm_%c;s*vNan6!AtWxPn;qfnZ4>J$"
    b"9&a7w3><vhO6N<g@R47260CJG|uCBP?HH8fx>DZ#~=^04d3Ya@BZy4vZkl2%8f=)ZU7d2)7u%e4nL59P19+drh-D"
    b"mZdGgR}btYgsuip-(knu_hFY2p##jR(Z_``=;m>p0na=GqSa<5XzI9<oRbaWN5!43<8EK#AgzkX$E7g0d4(S2g5?"
    b"Z4iJ1g%LN!h=-L{2?giY0e|Kfa6`wT2%@~R}Zd`@-CZGB%(QjG!1W)oTV#h)NE?*f4gKidBPWG?`1n%kBd&i={}8"
    b"ZP*^Pa*FxKtC%$8`a&)3VLxoEuT_+&Ij<rIg%scfVT#va$~Whk#+eJvHzk-ZX$F5YF%u=={7|l?*!d&`W%lYbuno"
    b"12J&7pf-75ejT?xFta?KRiskBEqBI_+1W|)m707a=m^~G+h(;(3U5TTQBMbSZ8la@O&Gjj_GL{#$halIKx0HGw;&"
    b")PdoE1sQ1~x;W3MfQ_^|FyKnIjnr&hiz^yeAZbpG!H`^|WBq0{{oD5_b(y|1AzQ*{|oaLC>TFTxXIN0_2E~d`Xh>"
    b"^~;6^qD_UZ&^-|4W?ks1+Zh$YS#?@xPVyH_4=j@`jE}^weP<aHi7EX1YNr|*`47o)E?)l&TzZ|&XZ(|}rT+32^N1"
    b"DlZJT2W__taE=&=I;t@8@cwoIfjZ7H~|;o3#o{WOj>x6wcSN7Ap*3s)rJkjA8BaISlx&<gf?Abb>emYb~4eC7<3J"
    b"fKj^y|O~K7dgY8Cx}T&bQXsi|6I*r&+i~ER_usSrGo+XUVtdpx;Y8klGdDfe-RWL1@Hhx@v7w8tG#ah8HX?Id_@9"
    b"GB1XFWd^aJPz%!?6<aKlL`aOy+I&@^cNyJvLwL|_*{Q_?en{E{w`!7NkP>4`+?pUx|vnwrTuf|G86^=3ur;P|&S("
    b"3wm8F0^<dfXt0h=3oZZ%hZ6Q9l-$JNn>EhgB_)r24F4APw7Z6`V^&31$m#a3FG*hA*e)8eJUI^$4)>mI;v<m@hhs"
    b"9MIB4fuca30Bmf4o&^Sn00r3PTpu*(DEH29etLQ*dBl62kczM+&Mrf*;!+?ejOlstQ1)Iq6}iefJHO!eGs`_mZu6"
    b"Njr-%Z7iN)Wc^XaY1&UHaXHr3zZJx#E9Hnyuh(fH9=2;Zb1I-uZT5zB1sXtPl~&2>qgT`5$m4EKN&YuqsrdIad*g"
    b"d@_UFBI44TmvrH;rTxw9&jFz*FsAS7$W?vax}ynEkn-Qd92sM-SB!SM>9O5GFLVnq^N80t~2ZX#jN5O2Y2s6@f42"
    b"MrwmL_BKiNUdT{;48d?mY-f?zXE3W?L!wKtq2+ozSsSfMw1KWT(|ArFP1lg6diO|=8CmYuUlrUi(-jqU4W@FYXC("
    b"&HL@f<$EWSiQ$2YK)iHs3ZK3E<qT>4<zs<wP}5PJs@oO;HYBwl<8Pv7ZmUkD*q@T!g!=g`C9}{<_jT_VG{D7&gX`"
    b"?Y}*lTpIvalz5Tg2~h<bgjR8v4EUWe^$#e6AQrdRBeq}QK@3=Vc_@pat*YyYs!R>0b}41rF%c236b_4VPTPzlt}k"
    b"!W63d79?W<>@*Q(r(TPzlci6a8d$m<XUFNC$$VDZ*7jl6@0owmQ?Hj3Ak``iNr+*L7jw}^PF-BQUJVl7kScvY0PQ"
    b"_NG-H9l9VgSG#c%@9ZirDJNiFeO6@@d!btXBk3W;eESHr*-IfmUf3_=tqY9e{WeOjwH#xN==9_KfN`DMcF%uvsNZ"
    b"KdDWA_ucMFuxoEA19iEs1^J0U8x@|ZgRIdKfHYL4UJR0_iJDUJI-ZWiaf~x|>$3!X~vG<s%xc>8AbR<45`65LR>Y"
    b"D>HR<3%0LuPJ=(J&*-;R^AI<YapF?A558qQ&=msqdU3yN!M=y3}!@G=zA{eXtvo5gZ!5nhq_pMA%VKL2L%O3cXy&"
    b"l1-o8iy3eK(7$VuK{t(W;j~xc#t40&j4Q%VZ0vC&O^kN}qQQ6T<hAB(U3!dN4OrJ)?;&&*ts-SB0AB4miCG-iUp%"
    b"9{zMM0ewo&m@E-N{{{>#yLh+OLZ`f4EKO{(0^6Q3Hh3rOp=e9%oN&}lV$g+Jaa;RXS;ErdfRo#cveoQmE$-1B!T;"
    b"6$$uhE5aJ23|-$BqC%ox7MEilT9C3m&hm8)p3-W{bb#3pTvy<LP<4K@q4e#D2U(2mD{*t#a_zE3ma)<E5c?bdMpo"
    b">W3uZW;<dc~LSRLGOd(rlEiY&fha&;v4(#0pB4~bx1lEly58;)ZT%JjQzbytP$l+aLz*9iFo;Mo3-rVg9NU;8Yh?"
    b"8fnm@(u6)hnqpPH0!_D*_3HOt!P(pp-tO@HLl#F>Efl2+b)~juli@np4h;%zvu(bJB7nIFUgxkit~{+b#3X3T`K`"
    b"Ro}MI+xas^CS6wqw7cmHzA@fFjA6GV>+J7M)54-H)OYR(5Z69x;O!3dd@Qx*<~GG7b&F<Zo{ZbqaAx`e=(8HZ9Hz"
    b"5Fx+|q+{w(1XCw-f+<_i-VK~$8R#tqHa*!~@blCjqM6*ZBd#m?LU6Upc5@&Et;000000000000000000054H6h1B"
    b">"
)
"""One ML-DSA-65 signature under the key of RFC 9881, appendix C.1 (seed 00 01 .. 1f).
"""
