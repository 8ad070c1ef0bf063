/* The table of services. */
#include "kiosk/services/service.h"

#include "base/attr.h"

const struct service *const services[] = {
    &service_policies, &service_loans,   &service_jobs, &service_commune,
    &service_figures,  &service_contact, NULL,
};

size_t service_count(void)
{
    return ARRAY_LENGTH(services) - 1;
}
