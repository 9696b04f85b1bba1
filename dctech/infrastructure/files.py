"""How the distribution reads the buckets, and what it says with each file."""

from typing import Any

from dctech.infrastructure.stage import Resources, Stage

YEAR = 365 * 86_400
BUCKETS = {"static": "StaticBucket", "media": "MediaBucket"}


def origins() -> list[dict[str, Any]]:
    """Return the buckets as the distribution's origins; a file's key is its path, /static/... included."""
    return [
        {
            "Id": kind,
            "DomainName": {"Fn::GetAtt": f"{bucket}.RegionalDomainName"},
            "OriginAccessControlId": {"Ref": "FilesAccess"},
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        for kind, bucket in BUCKETS.items()
    ]


def reading() -> Resources:
    """Return what lets this distribution, and nobody else, read the buckets."""
    return {f"{bucket}Policy": _policy(bucket) for bucket in BUCKETS.values()}


def headers(stage: Stage) -> Resources:
    """Return the security headers of files, and how buckets are asked. Pages bring headers of their own."""
    return {
        "FilesAccess": {
            "Type": "AWS::CloudFront::OriginAccessControl",
            "Properties": {
                "OriginAccessControlConfig": {
                    "Name": f"{stage.function}-files",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        },
        "FileHeaders": {
            "Type": "AWS::CloudFront::ResponseHeadersPolicy",
            "Properties": {
                "ResponseHeadersPolicyConfig": {
                    "Name": f"{stage.function}-files",
                    "SecurityHeadersConfig": {
                        "ContentTypeOptions": {"Override": True},
                        "ContentSecurityPolicy": {
                            # An SVG that is opened by itself is a page.
                            "ContentSecurityPolicy": "default-src 'none'; style-src 'unsafe-inline'",
                            "Override": True,
                        },
                        "ReferrerPolicy": {
                            "ReferrerPolicy": "strict-origin-when-cross-origin",
                            "Override": True,
                        },
                        "StrictTransportSecurity": {
                            "AccessControlMaxAgeSec": YEAR,
                            "Override": True,
                        },
                    },
                }
            },
        },
    }


def _policy(bucket: str) -> dict[str, Any]:
    objects = {"Fn::Sub": f"${{{bucket}.Arn}}/*"}
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": bucket},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudfront.amazonaws.com"},
                        "Action": "s3:GetObject",
                        "Resource": objects,
                        "Condition": {"StringEquals": {"AWS:SourceArn": DISTRIBUTION}},
                    },
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [{"Fn::GetAtt": f"{bucket}.Arn"}, objects],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                ],
            },
        },
    }


DISTRIBUTION = {
    "Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
}
