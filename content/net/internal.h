#pragma once
#include "content/net/net.h"

#include <curl/curl.h>

/* Shared by the files of this folder only. */

struct net {
    CURLM *multi;
    char agent[64];
    uint64_t limit_bytes_per_s;
    double allowance;     /* bytes that bulk transfers may take now; may be owed */
    int64_t allowance_us; /* when it was reckoned */
    unsigned paused;
    struct net_transfer *transfers; /* list */
    unsigned running;
    unsigned finished; /* since net_run began */
    bool cancelling;
};

struct net_transfer {
    struct net_transfer *next, **link; /* *link is this */
    struct net *net;
    CURL *easy;
    struct curl_slist *headers;
    struct net_request request; /* texts and body are not valid after net_start */
    int file, body_file;        /* -1: none */
    uint64_t write_at, body_at, body_end;
    bool paused;        /* waiting for the allowance */
    bool head_ended;    /* curl takes a head that was cut for an answer */
    bool begun;         /* the answer's first byte was looked at */
    bool to_file;       /* status 2xx and a file was given */
    int error;          /* ours, which made curl stop */
    int64_t range_from; /* of Content-Range; -1: none */
    char why[CURL_ERROR_SIZE];
    struct net_answer answer;
};

/* Translate what curl and the server said into the answer's error and sentence. */
void net_judge(struct net_transfer *t, CURLcode code);

/* The limit that bulk transfers share (limit.c). */
bool net_limit_take(struct net_transfer *t, size_t bytes); /* false: pause */
int net_limit_wait_ms(struct net *n, int timeout_ms);
void net_limit_resume(struct net *n);

/* curl's callbacks (receive.c). */
size_t net_receive_header(char *data, size_t size, size_t count, void *context);
size_t net_receive_body(char *data, size_t size, size_t count, void *context);
size_t net_send_body(char *data, size_t size, size_t count, void *context);
int net_report_progress(void *context, curl_off_t to_receive, curl_off_t received,
                        curl_off_t to_send, curl_off_t sent);
