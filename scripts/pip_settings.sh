# Read by the other scripts: uv has settings of its own, so those that this machine gives to pip are passed on.
pip_setting() {
    "$1" -m pip config get ":env:.$2" 2>/dev/null || "$1" -m pip config get "global.$2" 2>/dev/null || true
}

pass_pip_settings_to_uv() {
    index=$(pip_setting "$1" index-url)
    more=$(pip_setting "$1" extra-index-url | tr '\n' ' ')
    certificates=$(pip_setting "$1" cert)
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    if [ -n "$certificates" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificates}"; fi
    if [ -n "$more" ] && [ -z "${UV_INDEX:-}" ]; then
        # All of them are asked, as pip does; the hashes say which file is meant.
        export UV_INDEX="$more" UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
    fi
}
