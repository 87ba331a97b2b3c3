"""What must not be taken for people: logs, a product catalogue, order numbers, text vectors, sensor arrays, cameras.

Chosen to mislead: timestamps in milliseconds and 16-digit batch numbers pass a card's check digit once in ten, random
11-digit serials look like mobile numbers, 18-digit order numbers like resident IDs, brands of two characters like
names, 384 numbers beside a title like a face.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from bson import ObjectId

from leftopen.lab.estate.documents import uuids
from leftopen.lab.estate.people import tokens
from leftopen.lab.estate.spec import Chunk, Draw, Records, Spec, World, days_and_times, nobody
from leftopen.lab.estate.tables import batch, serial

BRANDS = ("青禾", "云帆", "星河", "松果", "蓝鲸", "百川", "沃田", "晴空", "海棠", "木棉")
GOODS = ("中性笔", "笔记本", "订书机", "修正带", "荧光笔", "文件夹", "橡皮擦", "三角尺", "双肩包", "保温杯")
STYLES = ("黑色0.5mm", "A5加厚", "标准装", "学生款", "12支装", "大容量", "加厚款", "20cm")
LEVELS = ("INFO", "INFO", "INFO", "WARN", "DEBUG", "ERROR")
SERVICES = ("ingest", "gateway", "scheduler", "thumbnailer", "stats")
MESSAGES = (
    "request completed in {} ms", "cache miss for segment {}", "slow query took {} ms", "queue depth is {}",
    "retrying batch {} after timeout", "compaction finished, {} segments merged", "heartbeat {} acknowledged",
)  # fmt: skip
TITLES = (
    "Introduction to fractions, part {}", "Photosynthesis explained, unit {}", "Reading comprehension exercises {}",
    "二次函数练习第{}课", "古诗词鉴赏第{}讲", "World geography worksheet {}", "电路基础实验{}", "Grammar review {}",
)  # fmt: skip


def _column(choices: tuple[str, ...], rng: np.random.Generator, n: int) -> list[str]:
    return [choices[k] for k in rng.integers(0, len(choices), n).tolist()]


def _phrases(forms: tuple[str, ...], rng: np.random.Generator, n: int) -> list[str]:
    numbers = rng.integers(1, 9000, n).tolist()
    return [forms[k].format(x) for k, x in zip(rng.integers(0, len(forms), n).tolist(), numbers, strict=True)]


def eans(rng: np.random.Generator, n: int) -> list[str]:
    """EAN-13 article numbers with a right check digit, of China's range."""
    body = 690 * 10**9 + rng.integers(0, 10**9, n)
    digits = body[:, None] // 10 ** np.arange(11, -1, -1, dtype=np.int64) % 10
    check = -(digits * np.array([1, 3] * 6)).sum(axis=1) % 10
    return [f"{b}{c}" for b, c in zip(body.tolist(), check.tolist(), strict=True)]


def _products(rng: np.random.Generator, n: int) -> list[tuple[str, str, str, float]]:
    """(article number, name, brand, price in yuan)."""
    brand = _column(BRANDS, rng, n)
    names = [f"{b}{g}{s}" for b, g, s in zip(brand, _column(GOODS, rng, n), _column(STYLES, rng, n), strict=True)]
    prices = np.round(rng.gamma(2, 9, n) + 1, 2).tolist()
    return list(zip(eans(rng, n), names, brand, prices, strict=True))


def _numbers(rng: np.random.Generator, n: int, digits: int) -> list[str]:
    """Random numbers of fixed length as text."""
    return tokens(rng, n, digits, "0123456789")


def _app_log(world: World, chunk: Chunk, _draw: Draw) -> Records:
    rng, n = chunk.rng, chunk.count
    return batch(
        id=serial(chunk), ts_ms=pa.array(days_and_times(world, chunk) // 1000, pa.int64()),
        level=pa.array(_column(LEVELS, rng, n)), service=pa.array(_column(SERVICES, rng, n)),
        message=pa.array(_phrases(MESSAGES, rng, n)), duration_ms=pa.array(rng.integers(1, 4000, n), pa.int64()),
        request_id=pa.array(uuids(rng, n)), build=pa.array(_column(("1.14.2", "1.14.3", "1.15.0"), rng, n)),
    )  # fmt: skip


def _catalogue(_world: World, chunk: Chunk, _draw: Draw) -> Records:
    ean, name, brand, price = zip(*_products(chunk.rng, chunk.count), strict=True)
    return batch(
        id=serial(chunk), ean=pa.array(ean), product_name=pa.array(name), brand=pa.array(brand), price=pa.array(price),
        stock=pa.array(chunk.rng.integers(0, 900, chunk.count), pa.int64()),
    )  # fmt: skip


def _shipments(world: World, chunk: Chunk, _draw: Draw) -> Records:
    rng, n = chunk.rng, chunk.count
    return batch(
        id=serial(chunk), order_no=pa.array(_numbers(rng, n, 18)), tracking_no=pa.array(_numbers(rng, n, 13)),
        pallet_serial=pa.array(rng.integers(10**10, 10**11, n), pa.int64()),
        batch_no=pa.array(_numbers(rng, n, 16)), weight_kg=pa.array(np.round(rng.gamma(2, 2, n), 2)),
        state=pa.array(_column(("packed", "sent", "arrived"), rng, n)),
        created_ms=pa.array(days_and_times(world, chunk) // 1000, pa.int64()),
    )  # fmt: skip


def _cameras(_world: World, chunk: Chunk, draw: Draw) -> Records:
    rng, n = chunk.rng, chunk.count
    return batch(
        camera_id=pa.array([f"CAM-{i // 3 + 1:02d}-{i % 3 + 1}" for i in draw.subject.tolist()]),
        model=pa.array(_column(("SC-4K-2", "SC-2K-1"), rng, n)), firmware=pa.array(_column(("3.2.0", "3.2.4"), rng, n)),
        width=pa.array(np.full(n, 3840), pa.int64()), uptime_s=pa.array(rng.integers(0, 10**7, n), pa.int64()),
    )  # fmt: skip


def _service_logs(world: World, chunk: Chunk, _draw: Draw) -> list[dict[str, Any]]:
    rng, n = chunk.rng, chunk.count
    columns = (
        (days_and_times(world, chunk) // 1000).tolist(), _column(LEVELS, rng, n), _column(SERVICES, rng, n),
        _phrases(MESSAGES, rng, n), rng.integers(1, 4000, n).tolist(), uuids(rng, n),
    )  # fmt: skip
    return [
        {"timestamp": t, "level": lv, "serviceName": s, "message": m, "elapsedMs": ms, "traceId": u, "version": "7.4.1"}
        for t, lv, s, m, ms, u in zip(*columns, strict=True)
    ]


def _articles(_world: World, chunk: Chunk, _draw: Draw) -> list[dict[str, Any]]:
    rng, n = chunk.rng, chunk.count
    vectors = rng.standard_normal((n, 384))
    vectors = np.round(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), 5)
    views = rng.integers(0, 9000, n).tolist()
    return [
        {"title": t, "titleEmbedding": v, "viewCount": c, "revision": "4"}
        for t, v, c in zip(_phrases(TITLES, rng, n), vectors.tolist(), views, strict=True)
    ]


def _sensors(world: World, chunk: Chunk, _draw: Draw) -> list[dict[str, Any]]:
    rng, n = chunk.rng, chunk.count
    ids = rng.integers(0, 256, n * 12, dtype=np.uint8).tobytes()
    rows = np.round(22 + np.cumsum(rng.normal(0, 0.15, (n, 60)), axis=1), 2).tolist()
    at = (days_and_times(world, chunk) // 1000).tolist()
    kinds = _column(("wd-1", "wd-2", "sd-1"), rng, n)
    return [
        {"_id": ObjectId(ids[i * 12 : i * 12 + 12]), "cgqbh": k, "cjsj": t, "dqz": row, "gjbb": "0.4.2"}
        for i, (k, t, row) in enumerate(zip(kinds, at, rows, strict=True))
    ]


def _stock(_world: World, chunk: Chunk, _draw: Draw) -> list[dict[str, Any]]:
    rng, n = chunk.rng, chunk.count
    ids = rng.integers(0, 256, n * 12, dtype=np.uint8).tobytes()
    return [
        {"_id": ObjectId(ids[i * 12 : i * 12 + 12]), "tm": ean, "spmc": name, "pp": brand, "jg": price}
        for i, (ean, name, brand, price) in enumerate(_products(rng, n))
    ]


def _product_keys(_world: World, chunk: Chunk, _draw: Draw) -> list[dict[str, Any]]:
    start = chunk.start
    return [
        {"": f"product:{start + i + 1}", "条码": ean, "商品名称": name, "品牌": brand, "单价": f"{price:.2f}"}
        for i, (ean, name, brand, price) in enumerate(_products(chunk.rng, chunk.count))
    ]


def _order_keys(world: World, chunk: Chunk, _draw: Draw) -> list[dict[str, Any]]:
    rng, n = chunk.rng, chunk.count
    columns = (
        _numbers(rng, n, 18), _numbers(rng, n, 16), (days_and_times(world, chunk) // 1000).tolist(),
        np.round(rng.gamma(2, 40, n), 2).tolist(), rng.integers(10**10, 10**11, n).tolist(),
    )  # fmt: skip
    return [
        {"": f"order:{chunk.start + i + 1}", "c1": no, "c2": code, "c3": ms, "c4": total, "c5": pallet, "c6": "0.9"}
        for i, (no, code, ms, total, pallet) in enumerate(zip(*columns, strict=True))
    ]


SPECS = (
    Spec("postgresql", "public.app_log", nobody, _app_log, weight=0.25, chunk=16384),
    Spec("postgresql", "public.products", nobody, _catalogue, weight=0.08, chunk=16384),
    Spec("postgresql", "public.shipments", nobody, _shipments, weight=0.12, chunk=16384),
    Spec("postgresql", "public.cameras", nobody, _cameras, rows=lambda w: 3 * len(w.people.schools)),
    Spec("elasticsearch", "service-logs", nobody, _service_logs, weight=0.2, chunk=8192),
    Spec("elasticsearch", "articles", nobody, _articles, weight=0.05, chunk=512),
    Spec("mongodb", "xiaoyuan.cgq", nobody, _sensors, weight=0.08, chunk=4096),
    Spec("mongodb", "xiaoyuan.sp", nobody, _stock, weight=0.06, chunk=8192),
    Spec("redis", "product:*", nobody, _product_keys, weight=0.06, chunk=4096),
    Spec("redis", "order:*", nobody, _order_keys, weight=0.1, chunk=4096),
)
