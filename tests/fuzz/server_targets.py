"""Fuzz targets: what servers answer.

Source: sync.md section 9.3; storage-security.md section 22 (F11).
"""

from __future__ import annotations

from tests.fuzz.mutation import textual
from tests.fuzz.target import Target

from nrm_desktop.sync.transports.listings import read_bucket_page, read_multistatus

FOLDER = b"""<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:" xmlns:o="urn:other">
<D:response><D:href>/dav/c/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>
</D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
<D:response><D:href>http://host/dav/c/a%2D1.cp</D:href><D:propstat><D:prop><o:x>&amp;</o:x>
<D:getcontentlength>12</D:getcontentlength><D:resourcetype/></D:prop></D:propstat></D:response>
</D:multistatus>"""
BUCKET = b"""<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
<IsTruncated>true</IsTruncated><Contents><Key>nrm1/c/a.cp</Key><Size>12</Size><ETag>x</ETag>
</Contents><NextContinuationToken>more==</NextContinuationToken></ListBucketResult>"""


def server_targets() -> list[Target]:
    """Give them all."""
    return [
        Target(
            "webdav folder",
            read_multistatus,
            (FOLDER,),
            ("listings.read_multistatus",),
            change=textual,
        ),
        Target(
            "bucket page",
            read_bucket_page,
            (BUCKET,),
            ("listings.read_bucket_page",),
            change=textual,
        ),
    ]
