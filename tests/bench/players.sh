# The player and its peers, each as the command that plays files one after another in full
# screen and ends. Sourced after lib.sh.
export SDL_AUDIODRIVER=dummy
export TMPDIR="$work" # what a player leaves goes with it

# A page that plays its files in two elements in turn: the next is loaded and paused on
# its first picture while the present one plays.
chromium_page() {
    cat <<'PAGE'
<!doctype html><meta charset="utf-8"><style>
html,body{margin:0;background:#000;overflow:hidden}
video{position:fixed;left:0;top:0;width:1920px;height:1080px;visibility:hidden}
</style><script>
const files = [
PAGE
    for file; do echo "\"file://$file\","; done
    cat <<'PAGE'
];
addEventListener("load", () => {
  const make = () => document.body.appendChild(document.createElement("video"));
  let now = make(), next = make(), at = 0;
  const load = (v, i) => { if (i < files.length) { v.src = files[i]; v.preload = "auto"; v.load(); } };
  const swap = () => {
    at++;
    if (at >= files.length) { document.title = "done"; return; }
    next.play(); next.style.visibility = "visible"; now.style.visibility = "hidden";
    [now, next] = [next, now];
    load(next, at + 1);
  };
  now.onended = next.onended = swap;
  load(now, 0); load(next, 1);
  now.style.visibility = "visible"; now.play();
});
</script>
PAGE
}

# The words of the command that plays the files, one a line: player files...
player_command() {
    player=$1
    shift
    case $player in
    ours)
        printf '%s\n' "$BIN/tramtin-kiosk" --play "$@" --once --size 1920x1080
        ;;
    mpv)
        printf '%s\n' mpv --no-config --vo=x11 --ao=null --no-border --no-osc \
            --geometry=1920x1080+0+0 --osd-level=0 --really-quiet "$@"
        ;;
    ffplay)
        for file; do echo "file '$file'"; done >"$work/ffplay.txt"
        printf '%s\n' ffplay -v quiet -f concat -safe 0 -autoexit -noborder -left 0 \
            -top 0 -x 1920 -y 1080 "$work/ffplay.txt"
        ;;
    chromium)
        chromium_page "$@" >"$work/page.html"
        printf '%s\n' chromium --no-sandbox --disable-gpu --disable-quic --no-first-run \
            --disable-background-networking --disable-component-update --disable-sync \
            --autoplay-policy=no-user-gesture-required --allow-file-access-from-files \
            "--user-data-dir=$work/chromium" --window-position=0,0 \
            --window-size=1920,1080 --kiosk "file://$work/page.html"
        ;;
    esac
}

# Runs `program arguments... command`: player program arguments... -- files...
with_player() {
    player=$1
    shift
    prefix=
    while [ "$1" != -- ]; do
        prefix="$prefix $1"
        shift
    done
    shift
    player_command "$player" "$@" >"$work/command"
    # shellcheck disable=SC2086 # words
    tr '\n' '\0' <"$work/command" | xargs -0 $prefix 2>/dev/null
}
