"""Django's settings, all derived from the URUK_… settings of the kernel. Importing this module writes nothing."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from uruk.kernel.api import load_settings, stand_behind
from uruk.web.database import database_settings
from uruk.web.logs import logging_settings
from uruk.web.secret import secret_key

URUK = load_settings(os.environ)
if URUK.demo_clock is not None:
    stand_behind(URUK.demo_clock)
DATA = Path(URUK.data)
PUBLIC = urlsplit(URUK.public_url)
HTTPS = PUBLIC.scheme == "https"
ROOMS = (
    "acts",
    "people",
    "publishing",
    "notices",
    "documents",
    "registries",
    "services",
    "ui",
    "portal",
    "desk",
    "rest",
)

DEBUG = False
SECRET_KEY = secret_key(URUK.secret_key, DATA)
ALLOWED_HOSTS = [PUBLIC.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{PUBLIC.scheme}://{PUBLIC.netloc}"]
ROOT_URLCONF = "uruk.web.urls"
WSGI_APPLICATION = "uruk.web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *(f"uruk.{room}" for room in ROOMS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "uruk.web.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a first visit stays under 60 kB; Django pads against BREACH
    "uruk.web.observe.Observe",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "uruk.people.middleware.SignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "uruk.web.limits.BodyLimit",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database_settings(URUK.database, DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Languages: Arabic first, Sorani beside it, English third.
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "uruk_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "Asia/Baghdad"
USE_TZ = True

# People and their sessions. The idle limit is kept by people's middleware; the cookie outlives it harmlessly.
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["uruk.people.backends.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/ar/account/sign-in"
SESSION_ENGINE = "uruk.people.session_store"
SESSION_COOKIE_NAME = "uruk_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "uruk_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# django-allauth keeps the second factors; its own pages and mails are not used.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "officer_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "uruk.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Uruk"
MFA_WEBAUTHN_USER_VERIFICATION = "required"

# Transport: the proxy in front says which scheme the reader used.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "uruk.web.storage.DigestNamedFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A form of a record may have a list of two hundred rows and twenty papers; beyond this `400.html` says so.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 24
FILE_UPLOAD_MAX_MEMORY_SIZE = URUK.max_upload_bytes

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(URUK.log_format)
