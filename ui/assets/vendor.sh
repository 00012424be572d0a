#!/bin/sh
# Fetches the vendored browser files again, byte for byte, through the npm client.
# Run from any folder: sh ui/assets/vendor.sh     (needs npm; the product itself never does)
# Only Leaflet and its drawing tools (MIT) are needed: folium's jQuery, Bootstrap and Awesome Markers serve HTML popups and icon
# markers, which we refuse (attribute text must never become HTML). Leaflet's licence: BSD-2-Clause.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

leaflet=1.9.4
(cd "$work" && npm pack --silent "leaflet@$leaflet" >/dev/null && tar xzf "leaflet-$leaflet.tgz")
target="$here/vendor/leaflet/$leaflet"
mkdir -p "$target/images"
cp "$work/package/LICENSE" "$work/package/dist/leaflet.js" "$work/package/dist/leaflet.css" "$target/"
cp "$work"/package/dist/images/*.png "$target/images/"
# The source map is not shipped, so the line that names it goes too (else developer tools ask for it).
sed -i '/^\/\/# sourceMappingURL=/d' "$target/leaflet.js"

draw=1.0.4
(cd "$work" && rm -rf package && npm pack --silent "leaflet-draw@$draw" >/dev/null \
  && tar xzf "leaflet-draw-$draw.tgz")
target="$here/vendor/leaflet-draw/$draw"
mkdir -p "$target/images"
cp "$work/package/dist/leaflet.draw.js" "$work/package/dist/leaflet.draw.css" "$target/"
cp "$work"/package/dist/images/spritesheet*.png "$work"/package/dist/images/spritesheet.svg "$target/images/"
# the package carries no licence file; its readme and package.json say MIT,
# so LICENSE beside them was written from the words of the package (MIT) and its head
