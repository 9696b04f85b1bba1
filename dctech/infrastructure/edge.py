"""What stands before the function: the API's stage, and the distribution that caches by our own headers.

Zappa makes the API, so that all of this waits for its id: the template is deployed once before it and once after.
"""

from typing import Any

from django.conf import settings

from dctech.aws.origin import HEADER
from dctech.infrastructure.files import headers, origins, reading
from dctech.infrastructure.stage import Resources, Stage

# Managed by AWS, the same in every account:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
NEVER_CACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
BY_NAME = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

READING = ["GET", "HEAD"]
ALL_METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]

PRIVATE = ("admin", "accounts", "submit", "staff")
"""Parts of the site that are somebody's own. Their answers say so; here nobody waits for another one's either."""

FOR_THE_API = ["Accept", "Authorization"]
"""Two callers with two keys are two copies."""

REQUESTS_A_SECOND, BURST = 50, 100

LOG_FIELDS = (
    "requestId",
    "requestTime",
    "httpMethod",
    "routeKey",
    "status",
    "responseLength",
    "responseLatency",
    "integrationErrorMessage",
)
"""Neither address, path nor query: they may say who somebody is, and a submitter's link is a secret."""

ERRORS = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)
"""What CloudFront would keep for ten seconds, whatever Cache-Control says of it."""


def edge(stage: Stage) -> Resources:
    made = {
        "ApiStage": _api_stage(stage),
        "PagesCache": _cache_policy(f"{stage.function}-pages", [], stage),
        "ApiCache": _cache_policy(f"{stage.function}-api", FOR_THE_API, stage),
        "Distribution": _distribution(stage),
        "HitRate": {
            "Type": "AWS::CloudFront::MonitoringSubscription",
            "Properties": {
                "DistributionId": {"Ref": "Distribution"},
                "MonitoringSubscription": {
                    "RealtimeMetricsSubscriptionConfig": {
                        "RealtimeMetricsSubscriptionStatus": "Enabled"
                    }
                },
            },
        },
        **headers(stage),
        **reading(),
    }
    return {name: {**resource, "Condition": "HasApi"} for name, resource in made.items()}


def _api_stage(stage: Stage) -> dict[str, Any]:
    """Return the stage without a prefix: below /prod the site would not know its own addresses."""
    fields = ", ".join(f'"{name}": "$context.{name}"' for name in LOG_FIELDS)
    return {
        "Type": "AWS::ApiGatewayV2::Stage",
        "Properties": {
            "ApiId": {"Ref": "ApiId"},
            "StageName": "$default",
            "AutoDeploy": True,
            "AccessLogSettings": {
                "DestinationArn": {"Fn::GetAtt": "AccessLogs.Arn"},
                "Format": f"{{{fields}}}",
            },
            "DefaultRouteSettings": {
                "DetailedMetricsEnabled": False,
                "ThrottlingRateLimit": REQUESTS_A_SECOND,
                "ThrottlingBurstLimit": BURST,
            },
            "Tags": {tag["Key"]: tag["Value"] for tag in stage.tags},
        },
    }


def _cache_policy(name: str, headers: list[str], stage: Stage) -> dict[str, Any]:
    """Return a policy that keeps what Cache-Control allows, and nothing that comes without it."""
    chosen = (
        {"HeaderBehavior": "whitelist", "Headers": headers}
        if headers
        else {"HeaderBehavior": "none"}
    )
    return {
        "Type": "AWS::CloudFront::CachePolicy",
        "Properties": {
            "CachePolicyConfig": {
                "Name": name,
                "Comment": f"Cache-Control decides ({stage.name})",
                "MinTTL": 0,
                "DefaultTTL": 0,
                "MaxTTL": 86_400,
                "ParametersInCacheKeyAndForwardedToOrigin": {
                    "EnableAcceptEncodingGzip": True,
                    "EnableAcceptEncodingBrotli": True,
                    "CookiesConfig": {"CookieBehavior": "none"},
                    "HeadersConfig": chosen,
                    "QueryStringsConfig": {"QueryStringBehavior": "all"},
                },
            }
        },
    }


def _distribution(stage: Stage) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudFront::Distribution",
        # The certificate's default is no ARN, and is used only where there is a domain.
        "Metadata": {"cfn-lint": {"config": {"ignore_checks": ["W1030"]}}},
        "Properties": {
            "DistributionConfig": {
                "Comment": stage.function,
                "Enabled": True,
                "HttpVersion": "http2and3",
                "IPV6Enabled": True,
                "PriceClass": "PriceClass_100",
                "Aliases": {"Fn::If": ["HasDomain", [{"Ref": "DomainName"}], NOTHING]},
                "ViewerCertificate": {
                    "Fn::If": [
                        "HasDomain",
                        {
                            "AcmCertificateArn": {"Ref": "CertificateArn"},
                            "MinimumProtocolVersion": "TLSv1.2_2021",
                            "SslSupportMethod": "sni-only",
                        },
                        {"CloudFrontDefaultCertificate": True},
                    ]
                },
                "CustomErrorResponses": [
                    {"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in ERRORS
                ],
                "Origins": [*origins(), _site()],
                "DefaultCacheBehavior": _from_site({"Ref": "PagesCache"}),
                "CacheBehaviors": [
                    *(
                        {"PathPattern": f"/{kind}/*", **_from_files(kind)}
                        for kind in ("static", "media")
                    ),
                    {"PathPattern": "/api/*", **_from_site({"Ref": "ApiCache"})},
                    *(
                        {"PathPattern": f"{prefix}/{part}/*", **_from_site(NEVER_CACHED)}
                        for prefix in _prefixes()
                        for part in PRIVATE
                    ),
                ],
            },
            "Tags": stage.tags,
        },
    }


NOTHING = {"Ref": "AWS::NoValue"}


def _prefixes() -> list[str]:
    others = [code for code, _ in settings.LANGUAGES if code != settings.SITE_LANGUAGE]
    return ["", *(f"/{code}" for code in others)]


def _site() -> dict[str, Any]:
    return {
        "Id": "site",
        "DomainName": {"Fn::Sub": "${ApiId}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginSSLProtocols": ["TLSv1.2"],
            "OriginReadTimeout": 30,
        },
        "OriginCustomHeaders": {
            "Fn::If": [
                "HasOriginSecret",
                [{"HeaderName": HEADER, "HeaderValue": {"Ref": "OriginSecret"}}],
                NOTHING,
            ]
        },
    }


def _from_site(cache: Any) -> dict[str, Any]:
    return {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": ALL_METHODS,
        "CachedMethods": READING,
        "CachePolicyId": cache,
        "OriginRequestPolicyId": ALL_BUT_HOST,
        "Compress": True,
    }


def _from_files(kind: str) -> dict[str, Any]:
    return {
        "TargetOriginId": kind,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": READING,
        "CachedMethods": READING,
        "CachePolicyId": BY_NAME,
        "ResponseHeadersPolicyId": {"Ref": "FileHeaders"},
        "Compress": True,
    }
