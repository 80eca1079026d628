#ifndef FLEDX_CNGHTTP2_SHIM_H
#define FLEDX_CNGHTTP2_SHIM_H
#include <nghttp2/nghttp2.h>

// nghttp2_frame is a union: one function for each member that is read.

static inline int cnghttp2_headers_category(const nghttp2_frame *frame) { return (int)frame->headers.cat; }
static inline size_t cnghttp2_data_length(const nghttp2_frame *frame) { return frame->hd.length; }
static inline uint32_t cnghttp2_goaway_code(const nghttp2_frame *frame) { return frame->goaway.error_code; }
static inline uint64_t cnghttp2_ping_word(const nghttp2_frame *frame) {
    uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | frame->ping.opaque_data[i];
    return word;
}

// nghttp2_data_source is a union too, and the stream's number is all our callback needs; no callback means no body.
static inline int32_t cnghttp2_request(
    nghttp2_session *session, int weight, const nghttp2_nv *fields, size_t count,
    nghttp2_data_source_read_callback read) {
    nghttp2_priority_spec priority;
    nghttp2_data_provider provider = {{0}, read};
    nghttp2_priority_spec_init(&priority, 0, weight, 0);
    return nghttp2_submit_request(session, &priority, fields, count, read ? &provider : NULL, NULL);
}
static inline int cnghttp2_response(
    nghttp2_session *session, int32_t stream, const nghttp2_nv *fields, size_t count,
    nghttp2_data_source_read_callback read) {
    nghttp2_data_provider provider = {{0}, read};
    return nghttp2_submit_response(session, stream, fields, count, read ? &provider : NULL);
}

// nghttp2 counts resets itself since 1.57, and Debian's 1.52 does: a thousand at once, then 33 a second, of answered
// streams too. Past that a server takes no further streams, without a word to its owner. The session counts those that
// cost the peer nothing; a library that is too old to count has no such call.
#pragma weak nghttp2_option_set_stream_reset_rate_limit
extern void nghttp2_option_set_stream_reset_rate_limit(nghttp2_option *option, uint64_t burst, uint64_t rate);

// An option object lives only for the call that takes it.
static inline int cnghttp2_make(
    nghttp2_session **session, int is_server, const nghttp2_session_callbacks *callbacks, void *user,
    size_t outbound_acks, size_t settings, size_t deflate_table, uint64_t resets,
    nghttp2_mem *memory) {
    nghttp2_option *option;
    int status = nghttp2_option_new(&option);
    if (status != 0) return status;
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_closed_streams(option, 1);
    nghttp2_option_set_max_outbound_ack(option, outbound_acks);
    nghttp2_option_set_max_settings(option, settings);
    nghttp2_option_set_max_deflate_dynamic_table_size(option, deflate_table);
    if (nghttp2_option_set_stream_reset_rate_limit)
        nghttp2_option_set_stream_reset_rate_limit(option, resets, resets);
    status = is_server ? nghttp2_session_server_new3(session, callbacks, user, option, memory)
                       : nghttp2_session_client_new3(session, callbacks, user, option, memory);
    nghttp2_option_del(option);
    return status;
}
#endif
