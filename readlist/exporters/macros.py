"""Which commands plain LaTeX with ``amsmath`` and ``amssymb`` knows, by what they take.

Each command here was compiled with pdflatex. Whatever is not here may be an author's own macro or need a package that
the reader's document does not load, so it never reaches a bibliography as a command.
"""

from __future__ import annotations

#: Maths commands without an argument.
SYMBOLS = frozenset(
    """
    Box Bumpeq Cap Cup Delta Downarrow Gamma Im Lambda Leftarrow Leftrightarrow Lleftarrow Longleftarrow
    Longleftrightarrow Longrightarrow Lsh Omega P Phi Pi Pr Psi Re Rightarrow Rrightarrow Rsh S Sigma Subset Supset
    Theta Uparrow Updownarrow Upsilon Vdash Vert Vvdash Xi aleph alpha amalg angle approx approxeq arccos arcsin
    arctan arg ast asymp backepsilon backprime backsim backsimeq backslash barwedge because beta beth between bigcap
    bigcirc bigcup bigoplus bigotimes bigtriangledown bigtriangleup bigvee bigwedge blacklozenge blacksquare
    blacktriangle blacktriangledown blacktriangleleft blacktriangleright bmod bot bowtie boxdot boxminus boxplus
    boxtimes bullet bumpeq cap cdot cdots checkmark chi circ circeq circlearrowleft circlearrowright circledR
    circledast circledcirc circleddash colon complement cong coprod cos cosh cot coth csc cup curlyeqprec curlyeqsucc
    curlyvee curlywedge curvearrowleft curvearrowright dag dagger daleth dashv ddag ddots deg delta det diamond dim
    displaystyle divideontimes doteq doteqdot dotplus dots dotsb dotsc downarrow downdownarrows downharpoonleft
    downharpoonright ell emptyset enskip epsilon eqcirc eqslantgtr eqslantless equiv eta exists exp fallingdotseq
    flat forall frown gamma gcd ge geq geqq geqslant gets gg ggg gimel gnapprox gneq gneqq gnsim gtrapprox gtrdot
    gtreqless gtreqqless gtrless gtrsim hbar heartsuit hom hookleftarrow hookrightarrow iff iiint iint imath impliedby
    implies in inf infty int intercal iota jmath kappa ker lVert lambda land langle lbrace lbrack lceil ldots le
    leadsto leftarrow leftarrowtail leftharpoondown leftharpoonup leftleftarrows leftrightarrow leftrightarrows
    leftrightharpoons leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr
    lessgtr lesssim lfloor lg lhd lim liminf limsup ll llcorner lll lmoustache ln lnapprox lneq lneqq lnot lnsim log
    longleftarrow longleftrightarrow longmapsto longrightarrow looparrowleft looparrowright lor lozenge lrcorner
    ltimes lvert mapsto max measuredangle mid min mod mp mu multimap nLeftarrow nLeftrightarrow nRightarrow nVDash
    nVdash nabla natural ne nearrow neg neq nexists ngeq ngtr ni nleftarrow nleftrightarrow nleq nless nmid not notin
    nparallel nprec nrightarrow nsubseteq nsucc nsupseteq ntriangleleft ntrianglelefteq ntriangleright
    ntrianglerighteq nu nvDash nvdash nwarrow odot oint omega ominus oplus oslash otimes owns parallel partial perp
    phi pi pitchfork pm prec precapprox preceq precnapprox precneqq precsim prime prod propto psi qquad quad rVert
    rangle rbrace rbrack rceil rfloor rho rightarrow rightarrowtail rightharpoondown rightharpoonup rightleftarrows
    rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq rmoustache rtimes rvert
    scriptstyle searrow sec setminus sharp sigma sim simeq sin sinh smallsetminus smile space sphericalangle sqcap
    sqcup sqsubset sqsubseteq sqsupset sqsupseteq square star subset subseteq subseteqq subsetneq subsetneqq succ
    succapprox succeq succnapprox succneqq succnsim succsim sum sup supset supseteq supseteqq supsetneq supsetneqq
    swarrow tan tanh tau textstyle therefore theta times to top triangle triangledown triangleleft trianglelefteq
    triangleq triangleright trianglerighteq twoheadleftarrow twoheadrightarrow ulcorner uparrow updownarrow
    upharpoonleft upharpoonright uplus upsilon upuparrows urcorner varDelta varepsilon varkappa varnothing varphi
    varpi varrho varsigma varsubsetneq vartheta vartriangle vartriangleleft vartriangleright vdash vdots vee veebar
    vert wedge wp wr xi zeta
    """.split()
)

#: Maths commands with one argument, and the command that stands for each (packages' and old spellings to the known).
ONE_ARGUMENT = {
    name: name
    for name in """
    acute bar boldsymbol breve check ddot dot ensuremath frak grave hat mathbb mathbf mathbin mathcal mathclose
    mathfrak mathit mathop mathopen mathord mathrel mathring mathrm mathsf mathtt operatorname overbrace overleftarrow
    overleftrightarrow overline overrightarrow sqrt tilde underbrace underline vec widehat widetilde xleftarrow
    xrightarrow pmod
    """.split()
} | {
    "Bbb": "mathbb", "Bar": "bar", "Hat": "hat", "Tilde": "tilde", "Vec": "vec", "bm": "boldsymbol", "bold": "mathbf",
    "frak": "mathfrak", "mathbfit": "boldsymbol", "mathbbm": "mathbb", "mathds": "mathbb", "mathscr": "mathcal",
    "pmb": "boldsymbol", "scr": "mathcal", "DeclareMathOperator": "mathrm",
}  # fmt: skip

TWO_ARGUMENTS = frozenset("binom dbinom dfrac frac overset stackrel tbinom tfrac underset".split())

#: Declarations that hold to the end of their group, as commands with an argument: in maths and in text.
MATHS_DECLARATIONS = {
    "bf": "mathbf", "bfseries": "mathbf", "cal": "mathcal", "it": "mathit", "rm": "mathrm", "sf": "mathsf",
    "tt": "mathtt",
}  # fmt: skip
TEXT_DECLARATIONS = {
    "bf": "textbf", "bfseries": "textbf", "em": "emph", "it": "textit", "itshape": "textit", "rm": "textrm",
    "sc": "textsc", "scshape": "textsc", "sf": "textsf", "sl": "textsl", "tt": "texttt", "ttfamily": "texttt",
}  # fmt: skip

#: Commands whose argument is text, also inside maths.
TEXT_STYLES = frozenset(
    "emph mbox text textbf textit textmd textnormal textrm textsc textsf textsl textsubscript textsuperscript texttt "
    "textup underline".split()
)

#: Sizes of delimiters: ``\big(``.
BIG = frozenset("big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm middle".split())
DELIMITERS = frozenset(
    "langle rangle lbrace rbrace lbrack rbrack lfloor rfloor lceil rceil lvert rvert lVert rVert vert Vert backslash "
    "uparrow downarrow updownarrow Uparrow Downarrow Updownarrow ulcorner urcorner llcorner lrcorner lmoustache "
    "rmoustache".split()
)

#: Commands in pylatexenc's table that need packages beyond ``amssymb`` (or stand in maths only without saying so).
EXOTIC = frozenset(
    """
    nument texthvlig textnrleg textschwa textphi textglotstop textturnk textfrac arrowwaveleft arrowwaveright
    dblarrowupdown DownArrowUpArrow rightangle surfintegral volintegral clwintegral homothetic lazysinv approxnotequal
    tildetrpl allequal estimates starequal notlessgreater notgreaterless truestate forcesextra VDash original image
    hermitconjmatrix rightanglearc verymuchless verymuchgreater precedesnotsimilar udots varperspcorrespond recorder
    quarternote clockoint sqrint mathscr cyrchar hspace small mathchar
    """.split()
)
