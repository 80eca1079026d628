/// The scripts that make a network with a router in it, and take it away again.
enum NATScript {
    /// Takes a name, a number below 251 and milliseconds of delay for each direction; prints the number it took.
    ///
    /// The machine's own network ▸ a router that hides it ▸ a place from which nothing behind the router is reached.
    static let setUp = #"""
        set -e
        name=$1 block=$2 delay=$3 router=${1}r beyond=${1}b
        while ip -4 -o addr show | grep -q " 198.18.$block.1/"; do block=$((block % 250 + 1)); done
        ip netns add $router
        ip netns add $beyond
        if [ "$delay" -gt 0 ]; then
            python3 "$DELAY_LINE" $name $delay $router </dev/null >/dev/null 2>&1 &
            tries=0
            until ip link show $name && ip -n $router link show inside; do
                tries=$((tries + 1))
                [ $tries -lt 500 ]
                sleep 0.02
            done >/dev/null 2>&1
            # As many packets as are under way at a time: what waits for the line must not be lost.
            ip link set $name txqueuelen 10000
            ip -n $router link set inside txqueuelen 10000
        else
            ip link add $name type veth peer name inside netns $router
        fi
        ip -n $router link add outside type veth peer name far netns $beyond
        ip addr add 198.18.$block.1/24 dev $name
        ip -n $router addr add 198.18.$block.254/24 dev inside
        ip -n $router addr add 198.19.$block.1/24 dev outside
        ip -n $beyond addr add 198.19.$block.9/24 dev far
        ip link set $name up
        ip -n $router link set inside up
        ip -n $router link set outside up
        ip -n $beyond link set far up
        for place in $router $beyond; do ip -n $place link set lo up; done
        ip route add 198.19.$block.0/24 via 198.18.$block.254
        ip -n $beyond route add default via 198.19.$block.1
        ip netns exec $router sh -c '
            echo 1 >/proc/sys/net/ipv4/ip_forward
            iptables -t nat -A POSTROUTING -o outside -j MASQUERADE
            iptables -P FORWARD DROP
            iptables -A FORWARD -i inside -j ACCEPT
            iptables -A FORWARD -i outside -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT'
        echo $block
        """#

    /// Takes the name; what is not there is no error.
    static let tearDown = #"""
        while read -r command; do :; done
        for place in ${1}r ${1}b; do
            for process in $(ip netns pids $place 2>/dev/null); do kill -KILL $process; done
            ip netns del $place 2>/dev/null
        done
        ip link del $1 2>/dev/null
        true
        """#
}
