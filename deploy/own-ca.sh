#!/bin/sh
# 单位自建的证书机构，供内网 HTTPS 与手机使用 / a CA of one's own for the office network and phones:
#   sudo ./own-ca.sh /etc/ssl/tracker tracker.bureau.lan 10.20.0.5
# 生成 ca.crt（装到手机和电脑上）、fullchain.pem、key.pem（供 nginx）。再次运行只换服务器证书，手机不用重装。
# 该机构只对这些名称和地址有效，私钥 ca.key 用后移到 U 盘保管，换证书时再放回。
# Makes ca.crt (for phones and desktops), fullchain.pem and key.pem (for nginx). Run again: a new server
# certificate from the same CA, which nobody has to install again. The CA is good for these names and
# addresses only; keep its ca.key on a stick in a drawer, and put it back when the certificate is renewed.
set -eu
[ $# -ge 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$1; shift
name=$1
umask 077
mkdir -p "$folder"
chmod 755 "$folder"     # ca.crt and fullchain.pem are for everyone; the keys are not
cd "$folder"
names="" only="" is_named=""
for one in "$@"; do
    case $one in
        *:*) kind=IP; mask=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ;;
        *[!0-9.]*) kind=DNS; mask="" is_named=1 ;;
        *) kind=IP; mask=255.255.255.255 ;;
    esac
    names="$names${names:+,}$kind:$one"
    only="$only${only:+,}permitted;$kind:$one${mask:+/$mask}"
done
# who steals ca.key can then pretend to be this server, but no bank; a constraint binds its own kind only
[ -n "$is_named" ] || only="$only,permitted;DNS:invalid"
case $names in *IP:*) ;; *) only="$only,permitted;IP:127.0.0.1/255.255.255.255" ;; esac
if [ ! -f ca.crt ]; then
    openssl ecparam -name prime256v1 -genkey -noout -out ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 3650 -out ca.crt -subj "/CN=Tracker CA of $name" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
        -addext "nameConstraints=$only"
fi
[ -f ca.key ] || { echo "缺少 ca.key，请放回 $folder / put ca.key back into $folder" >&2; exit 1; }
trap 'rm -f "$folder"/new.*' EXIT
# phones refuse certificates of more than 825 days (Apple) and those without subjectAltName
cat > new.ext <<E
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=$names
E
openssl ecparam -name prime256v1 -genkey -noout -out new.key
openssl req -new -key new.key -subj "/CN=Land reclamation tracker" |
    openssl x509 -req -sha256 -days 820 -CA ca.crt -CAkey ca.key -CAcreateserial -extfile new.ext -out new.crt
openssl verify -CAfile ca.crt new.crt || {
    echo "ca.crt 不含这些名称：删去 ca.* 重新生成，再装到各手机 / ca.crt was made for other names: remove" \
         "ca.*, run this again and install the new ca.crt everywhere" >&2
    exit 1
}
mv new.key key.pem      # nothing that is in use was touched until here
mv new.crt server.crt
cat server.crt ca.crt > fullchain.pem
chmod 644 ca.crt server.crt fullchain.pem
openssl x509 -in server.crt -noout -subject -enddate -ext subjectAltName
openssl x509 -in ca.crt -noout -fingerprint -sha256
