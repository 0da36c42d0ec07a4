"use strict";
/* Shows the description of the interface beside it. */
SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#interface", validatorUrl: null, docExpansion: "list" });
