import Telemetry
import Testing

@Suite struct MetricTests {
    @Test func theTextFormatIsPrometheus004() {
        let registry = MetricRegistry()
        let requests = registry.counter(
            "fledx_requests_total", help: "Requests\nby \\ result.", labels: ["method", "path"])
        requests.increment(["GET", "a\"b\\c\nd"])
        requests.increment(["GET", "/"], by: 2)
        let nodes = registry.gauge("fledx_nodes", help: "Nodes.")
        nodes.set(2.5)
        let times = registry.histogram("fledx_seconds", help: "Times.", labels: ["op"], buckets: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 3] { times.observe(value, ["x"]) }
        #expect(
            String(decoding: registry.render(), as: UTF8.self) == """
                # HELP fledx_requests_total Requests\\nby \\\\ result.
                # TYPE fledx_requests_total counter
                fledx_requests_total{method="GET",path="/"} 2
                fledx_requests_total{method="GET",path="a\\"b\\\\c\\nd"} 1
                # HELP fledx_nodes Nodes.
                # TYPE fledx_nodes gauge
                fledx_nodes 2.5
                # HELP fledx_seconds Times.
                # TYPE fledx_seconds histogram
                fledx_seconds_bucket{op="x",le="0.1"} 2
                fledx_seconds_bucket{op="x",le="1"} 3
                fledx_seconds_bucket{op="x",le="+Inf"} 4
                fledx_seconds_sum{op="x"} 3.65
                fledx_seconds_count{op="x"} 4

                """)
    }

    @Test func seriesAreBoundedAndRemovable() {
        let registry = MetricRegistry()
        let counter = registry.counter("c_total", help: "C.", labels: ["node"], maximumSeries: 2)
        for node in ["a", "b", "c", "c"] { counter.increment([node]) }
        #expect(counter.seriesCount == 2)
        #expect(counter.droppedSeries == 2)
        counter.remove(["a"])
        counter.increment(["c"])
        let text = String(decoding: registry.render(), as: UTF8.self)
        #expect(!text.contains("node=\"a\""))
        #expect(text.contains("c_total{node=\"c\"} 1\n"))
        #expect(text.contains("fledx_metrics_dropped_series_total 2\n"))
        counter.removeAll { _ in true }
        #expect(counter.seriesCount == 0)
    }

    @Test func collectorsRunBeforeEachRendering() {
        let registry = MetricRegistry()
        let gauge = registry.gauge("g", help: "G.")
        var value = 0.0
        registry.onCollect {
            value += 1
            gauge.set(value)
        }
        #expect(String(decoding: registry.render(), as: UTF8.self).hasSuffix("g 1\n"))
        #expect(String(decoding: registry.render(), as: UTF8.self).hasSuffix("g 2\n"))
    }

    @Test func oddValuesAreWrittenAsPrometheusReadsThem() {
        let registry = MetricRegistry()
        let gauge = registry.gauge("g", help: "G.", labels: ["n"])
        for (name, value) in [("a", Double.nan), ("b", .infinity), ("c", -.infinity), ("d", 1e300)] {
            gauge.set(value, [name])
        }
        let text = String(decoding: registry.render(), as: UTF8.self)
        for line in ["g{n=\"a\"} NaN", "g{n=\"b\"} +Inf", "g{n=\"c\"} -Inf", "g{n=\"d\"} 1e+300"] {
            #expect(text.contains(line + "\n"))
        }
    }
}
