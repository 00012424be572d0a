#!/bin/sh
# 单位自建的证书机构，供内网 HTTPS 与手机使用 / a CA of one's own for the office network and phones:
#   sudo ./own-ca.sh /etc/ssl/tracker tracker.bureau.lan 10.20.0.5
# 生成 ca.crt（装到手机和电脑上）、fullchain.pem、key.pem（供 nginx）。再次运行只换服务器证书。
# Makes ca.crt (for phones and desktops), fullchain.pem and key.pem (for nginx). Run again: a new server
# certificate from the same CA, which nobody has to install again.
set -eu
[ $# -ge 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$1; shift
name=$1
umask 077
mkdir -p "$folder"
cd "$folder"
if [ ! -f ca.key ]; then
    openssl ecparam -name prime256v1 -genkey -noout -out ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 3650 -out ca.crt -subj "/CN=Tracker CA of $name" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign"
fi
names=""
for one in "$@"; do
    case $one in *[!0-9.:a-fA-F]*) kind=DNS ;; *[.:]*) kind=IP ;; *) kind=DNS ;; esac
    names="$names${names:+,}$kind:$one"
done
# phones refuse certificates of more than 825 days (Apple) and those without subjectAltName
cat > server.ext <<X
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=$names
X
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj "/CN=$name" |
    openssl x509 -req -sha256 -days 820 -CA ca.crt -CAkey ca.key -CAcreateserial -extfile server.ext -out server.crt
cat server.crt ca.crt > fullchain.pem
chmod 644 ca.crt server.crt fullchain.pem
rm -f server.ext
openssl verify -CAfile ca.crt server.crt
